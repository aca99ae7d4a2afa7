"""Named queries of a window's roll: who is asked, who else sat, what they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential
from learnapp.db.core.temporal import as_known
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import WindowPerson
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Membership, Person
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import Moment
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.figures import PersonDuty, duties_of
from learnapp.domain.study.programme import AbsenceSpan

_BATCH = 500


@dataclass(frozen=True)
class Asked:
    """A person of whom an exam is asked: the unit where they count, their duty, their absences."""

    unit_id: int
    duty: PersonDuty
    absences: tuple[AbsenceSpan, ...]


def asked_in(
    session: Session, exam_id: int, as_of: datetime, reach: Select[int]
) -> dict[int, Asked]:
    """Per person within reach the duty by which the exam is asked of them, of the revisions in
    force at `as_of`; of several the one that falls due first."""
    item_id = session.scalar(select(Item.id).where(Item.exam_id == exam_id))
    stages = figure_facts.stages_in_force(session, as_of)
    duties = figure_facts.duties_in_force(session, stages)
    found: dict[int, Asked] = {}
    for stage in stages:
        here = [duty for duty in duties[stage.id] if duty.item_id == item_id]
        if not here:
            continue
        for facts in figure_facts.facts_of(session, stage.line_id, Moment(as_of), (), within=reach):
            for each in duties_of(facts, here, as_of):
                known = found.get(facts.person_id)
                if known is None or each.duty.due_at < known.duty.duty.due_at:
                    found[facts.person_id] = Asked(facts.unit_id, each, facts.absences)
    return found


def batch_of(session: Session, window_id: int) -> set[int] | None:
    """The people whom a window is kept for; None where it is for everybody."""
    people = set(
        session.scalars(select(WindowPerson.person_id).where(WindowPerson.window_id == window_id))
    )
    return people or None


def units_at_start(
    session: Session, line_id: int, attempt_ids: Collection[int], reach: Select[int]
) -> dict[int, int]:
    """Per person the unit within reach in which they counted when they began the attempt, as it was
    known then: no later transfer, and no end of a membership, moves what was begun."""
    found: dict[int, int] = {}
    wanted = sorted(attempt_ids)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(
                Attempt.person_id,
                Attempt.started_at,
                Membership.unit_id,
                Membership.valid_from,
                Membership.valid_to,
            )
            .join(Membership, Membership.person_id == Attempt.person_id)
            .where(
                Attempt.id.in_(wanted[start : start + _BATCH]),
                Membership.line_id == line_id,
                Membership.counts.is_(True),
                Membership.unit_id.in_(reach),
                as_known(Membership, Attempt.started_at),
            )
        )
        for person_id, started_at, unit_id, first, end in rows:
            day = local_day(started_at)
            if first <= day and (end is None or day < end):
                found[person_id] = unit_id
    return found


def names_and_logins(session: Session, people: Collection[int]) -> Iterator[Any]:
    """(id, name, first login name, sort key, whether there is an account) of these people."""
    wanted = sorted(people)
    for start in range(0, len(wanted), _BATCH):
        yield from session.execute(
            select(
                Person.id,
                Person.name,
                first_login().label("login_name"),
                Person.sort_key,
                Credential.person_id.is_not(None).label("account"),
            )
            .outerjoin(Credential, Credential.person_id == Person.id)
            .where(Person.id.in_(wanted[start : start + _BATCH]))
        )
