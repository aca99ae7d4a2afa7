"""学时 of things: set by the office, recognised by a document, read in one's own record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.reach import exam_in_reach
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study import credit_hours, study_sessions
from learnapp.db.study.credit_hours import Earner as Earner
from learnapp.db.study.credit_hours import Worth as Worth
from learnapp.db.study.models import CreditHours, HoursRecognition
from learnapp.db.study.session_models import StudySession
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.credit_hours import (
    Hours,
    HoursState,
    check_hours,
    earns,
)
from learnapp.services.study import readings


@dataclass(frozen=True)
class HoursOfThing:
    """A thing with what it is worth now, and who within reach has earned it."""

    title: str
    set: CreditHours | None
    earners: list[Earner]

    @property
    def waiting(self) -> list[Earner]:
        """Those of whom it is not recognised."""
        return [each for each in self.earners if each.recognition is None]


def of_thing(caller: Caller, worth: Worth) -> HoursOfThing:
    """A reading, an exam or a session within reach with its hours. Raises Forbidden, NotFound."""
    _must_reach(caller, worth)
    row = credit_hours.hours_of(caller.session, worth)
    found: list[Earner] = []
    if row is not None and row.tenths:
        day = local_day(caller.now)
        reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, day)
        everybody = credit_hours.earners(caller.session, worth, day, credit_hours.serves_in(reach))
        found = [each for each in everybody if earns(each.category, row.for_everybody)]
    return HoursOfThing(credit_hours.title_of(caller.session, worth), row, found)


def _must_reach(caller: Caller, worth: Worth) -> None:
    caller.actor.must(Permission.PROGRAMME_EDIT)
    if worth.session_id is not None:
        reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, local_day(caller.now))
        if study_sessions.one_within(caller.session, reach, worth.session_id) is None:
            raise NotFound("session_unknown")
    elif worth.exam_id is not None:
        exam_in_reach(caller, worth.exam_id, Permission.EXAM_EDIT)
    else:
        readings.reading_in_reach(caller, worth.reading_id or 0)


def set_hours(caller: Caller, worth: Worth, tenths: int, for_everybody: bool) -> bool:
    """Give a thing its hours, in tenths; False where it has these already. What was recognised stays.

    Raises NotFound, RuleBroken("hours", "hours_out_of_range").
    """
    _must_reach(caller, worth)
    check_hours(tenths)
    now = credit_hours.hours_of(caller.session, worth)
    if now is not None and (now.tenths, now.for_everybody) == (tenths, for_everybody):
        return False
    caller.session.add(
        CreditHours(
            reading_id=worth.reading_id,
            exam_id=worth.exam_id,
            session_id=worth.session_id,
            tenths=tenths,
            for_everybody=for_everybody,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    caller.session.flush()
    audit_log.record(caller, "hours.set", _subject(caller.session, worth))
    return True


def _subject(session: Session, worth: Worth) -> tuple[str, int | None]:
    """What the audit names: a session by its unit, whose staff may read of it."""
    if worth.session_id is not None:
        return ("unit", session.get_one(StudySession, worth.session_id).unit_id)
    if worth.exam_id is not None:
        return ("exam", worth.exam_id)
    return ("reading", worth.reading_id)


def recognise(caller: Caller, worth: Worth, document: str) -> int:
    """Recognise the hours of everybody within reach who earned them, by a document; of how many. One's
    own are left out: another person recognises them. A repeat finds nobody.

    Raises NotFound, RuleBroken("document", "document_needed").
    """
    if not document.strip():
        raise RuleBroken("document", "document_needed")
    found = of_thing(caller, worth)
    tenths = 0 if found.set is None else found.set.tenths
    people = [each for each in found.waiting if not is_own(caller.actor, each.person_id)]
    caller.session.add_all(
        HoursRecognition(
            person_id=each.person_id,
            reading_id=worth.reading_id,
            exam_id=worth.exam_id,
            session_id=worth.session_id,
            tenths=tenths,
            document=document.strip()[:200],
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
        for each in people
    )
    caller.session.flush()
    if people:
        audit_log.record(
            caller, "hours.recognised", _subject(caller.session, worth), count=len(people)
        )
    return len(people)


@dataclass(frozen=True)
class OwnHours:
    """What a person earned for one thing; `document`: by which it was recognised."""

    title: str
    earned_at: datetime
    hours: Hours
    document: str


def own(caller: Caller) -> list[OwnHours]:
    """What the actor earned, the newest first: for themselves alone."""
    return of_person(caller, caller.actor.own_id())


def of_person(caller: Caller, person_id: int) -> list[OwnHours]:
    """What a person earned, the newest first; for who may see it, which the caller has asked. As many
    statements for many things as for one."""
    session = caller.session
    category = credit_hours.category_of(session, person_id, local_day(caller.now))
    if category is None:
        return []
    set_now = {credit_hours.worth_of(row): row for row in credit_hours.set_now(session)}
    there = study_sessions.sessions_ticked(session, person_id)
    sessions = {each.session_id for each in set_now if each.session_id in there}
    earned = credit_hours.completed_by(session, person_id, set_now.keys())
    earned |= credit_hours.attended_by(session, person_id, {e for e in sessions if e is not None})
    held, titles = (
        credit_hours.recognised_of(session, person_id),
        credit_hours.titles_of(session, earned),
    )
    found = []
    for worth, earned_at in earned.items():
        row, recognised = set_now[worth], held.get(worth)
        if recognised is None and not earns(category, row.for_everybody):
            continue
        state = HoursState.AWAITING if recognised is None else HoursState.RECOGNISED
        tenths = row.tenths if recognised is None else recognised.tenths
        document = "" if recognised is None else recognised.document
        hours = Hours(worth.kind, tenths, state)
        found.append(OwnHours(titles.get(worth, ""), earned_at, hours, document))
    return sorted(found, key=lambda each: each.earned_at, reverse=True)
