"""Pictures of questions: anyone who may see what shows one may see it, and nobody else."""

from __future__ import annotations

import json

from learnapp.db.bank import pictures
from learnapp.db.bank.models import Passage, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts as duties
from learnapp.domain.core.errors import NotFound
from learnapp.domain.files.imports import ImportKind
from learnapp.services.exams import result_visibility
from learnapp.services.files.staged_imports import PERMISSION

_IMPORTS_WITH_PICTURES = {
    kind: PERMISSION[kind] for kind in (ImportKind.QUESTIONS, ImportKind.READING)
}


def media_type(caller: Caller, sha256: str) -> str:
    """The media type of a picture that the actor may see. Raises NotFound, as for none.

    It may be seen on one's own paper, by a marker on a paper within reach, as a check question of
    a reading, in practice, in a bank within reach, in an import within reach; in a reading that is
    asked of the actor, or that they edit. A picture that only an explanation has is part of the
    key: it may be seen by whom its key was lawfully shown.
    """
    for shown in pictures.met_with(caller, sha256):
        if _may_see(caller, shown.version_id, sha256):
            return shown.media_type
    found = pictures.type_for_staff(caller, sha256, _IMPORTS_WITH_PICTURES) or _asked(
        caller, sha256
    )
    if found is None:
        raise NotFound("picture_unknown")
    return found


def _may_see(caller: Caller, version_id: int, sha256: str) -> bool:
    """Whether the picture is part of what is asked, or the person was shown the key."""
    session = caller.session
    version = session.get_one(QuestionVersion, version_id)
    passage = session.get(Passage, version.passage_id) if version.passage_id else None
    asked = [version.stem, version.options, passage.content if passage else []]
    if sha256 in json.dumps(asked):
        return True
    return caller.actor.person_id is not None and result_visibility.was_shown(
        session, caller.actor.person_id, caller.now, version.question_id
    )


def _asked(caller: Caller, sha256: str) -> str | None:
    """A picture of a text that a requirement in force asks of the actor."""
    asked = duties.items_asked_of(caller.session, caller.actor.person_id or -1, caller.now)
    portions = [item.portion_id for item in asked if item.portion_id is not None]
    return pictures.type_in_portions(caller.session, sha256, portions)
