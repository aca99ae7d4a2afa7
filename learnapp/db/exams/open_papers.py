"""Questions on papers that the actor has not handed in: nobody shows them their keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.exams import result_visibility
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.key_visibility import Occasion, may_be_shown


def withheld_questions(session: Session, actor: Actor) -> frozenset[int]:
    """The questions on the actor's own papers that are not handed in: lists leave out their sources."""
    return frozenset(
        result_visibility.unfinished(session, actor.person_id) if actor.person_id else ()
    )


def must_not_be_answering(session: Session, actor: Actor, question_id: int) -> None:
    """Raise Conflict("key_on_open_paper") where the question is on a paper of the actor that they
    have not handed in: neither staff nor practice shows its key then."""
    _refuse(result_visibility.is_unfinished(session, actor.person_id, question_id))


def must_not_be_answering_from(session: Session, actor: Actor, bank_id: int) -> None:
    """The same for a whole bank, where it is shown or exported with its keys."""
    _refuse(result_visibility.unfinished_in_bank(session, actor.person_id, bank_id))


def _refuse(unfinished: bool) -> None:
    if not may_be_shown(Occasion(unfinished=unfinished, permitted=True), datetime.max):
        raise Conflict("key_on_open_paper")
