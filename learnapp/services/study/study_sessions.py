"""集中学习: planned, roll called from phones, credited to who was there; who was not is listed to make up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations import audit_log
from learnapp.db.people.lines import default_line
from learnapp.db.people.login_names import by_name
from learnapp.db.people.scope import UnitOnLine, require_all_below, units_in_scope
from learnapp.db.progress import figure_facts
from learnapp.db.study import study_sessions as queries
from learnapp.db.study.session_models import RollTick, SessionItem, StudySession
from learnapp.db.study.study_sessions import SessionReach
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.exams.exams import Channel
from learnapp.domain.study.programme import ItemKind
from learnapp.domain.study.study_sessions import (
    MOST_TICKS,
    FormMark,
    RollMark,
    SessionKind,
    SessionRoll,
    Tick,
    changed_on_form,
    merged,
    newest_of,
    roll_of,
)
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion

_PART = 5  # people credited in one transaction
_LONGEST = timedelta(days=365)


@dataclass(frozen=True)
class NewSession:
    """A session as it is planned: for a unit with all below it, and what it covers."""

    unit_id: int
    kind: SessionKind
    title: str
    host: str
    place: str
    starts_at: datetime
    item_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class RollPage:
    """A session with its roll: each person expected with their unit and what holds for them."""

    session: StudySession
    items: Sequence[str]
    people: list[tuple[int, str, str]]
    roll: SessionRoll
    max_seq: int
    make_up: list[tuple[str, str]]  # (name, unit) of those who have still to make up
    based_on: dict[int, str]  # the id of the tick that holds for each person who was ticked


def _reach(caller: Caller) -> Select[int]:
    return units_in_scope(caller.actor, Permission.SESSION_HOLD, local_day(caller.now))


def _require_all_below(caller: Caller, unit: UnitOnLine) -> None:
    """A session is for a unit with all below it: whoever holds it reaches them all."""
    today = local_day(caller.now)
    require_all_below(caller.session, caller.actor, Permission.SESSION_HOLD, unit, today)


def portions_to_cover(caller: Caller) -> list[tuple[int, str]]:
    """(item, title) of the readings' portions that programmes in force ask for."""
    stages = figure_facts.stages_in_force(caller.session)
    duties = figure_facts.duties_in_force(caller.session, stages)
    items = {duty.item_id for each in duties.values() for duty in each}
    return queries.portions_among(caller.session, items)


def plan(caller: Caller, new: NewSession) -> StudySession:
    """Plan a session on the default line. Raises Forbidden, NotFound, RuleBroken."""
    session = caller.session
    line_id = default_line(session).id
    _require_all_below(caller, UnitOnLine(new.unit_id, line_id))
    if not new.title.strip():
        raise RuleBroken("title", "text_missing")
    if abs(new.starts_at - caller.now) > _LONGEST:
        raise RuleBroken("starts_at", "date_unlikely")
    if not set(new.item_ids) <= {item_id for item_id, _ in portions_to_cover(caller)}:
        raise RuleBroken("items", "requirement_unknown")
    row = StudySession(
        unit_id=new.unit_id,
        line_id=line_id,
        kind=new.kind,
        title=new.title.strip(),
        host=new.host.strip(),
        place=new.place.strip(),
        starts_at=new.starts_at,
        recorded_at=caller.now,
        recorded_by=caller.actor.own_id(),
    )
    session.add(row)
    session.flush()
    session.add_all(SessionItem(session_id=row.id, item_id=each) for each in set(new.item_ids))
    session.flush()
    audit_log.record(caller, "session.planned", ("unit", row.unit_id), session=row.id)
    return row


def listed(caller: Caller, page: PageSpan) -> tuple[list[tuple[StudySession, str]], int]:
    """A page of the sessions of units within reach, and how many there are."""
    reach = SessionReach(_reach(caller), local_day(caller.now))
    return (
        queries.within(caller.session, reach, page.size, page.offset),
        queries.count_within(caller.session, reach),
    )


def one(caller: Caller, session_id: int, lock: bool = False) -> StudySession:
    """A session of a unit within reach with all below it. Raises NotFound, Forbidden."""
    row = queries.one_within(caller.session, _reach(caller), session_id)
    if row is None:
        raise NotFound("session_unknown")
    _require_all_below(caller, UnitOnLine(row.unit_id, row.line_id))
    if lock:
        caller.session.refresh(row, with_for_update=True)
    return row


def roll(caller: Caller, session_id: int) -> RollPage:
    """A session's roll as it is now. Raises NotFound."""
    session = caller.session
    row = one(caller, session_id)
    people = queries.expected(session, row)
    ticks = queries.ticks_of(session, session_id)
    found = _roll(session, row, [person_id for person_id, *_ in people], ticks)
    items = queries.items_of(session, session_id)
    covered = [each for each in items if each.kind != ItemKind.ACTIVITY]
    # A session that is an elective itself, and covers nothing else, leaves nothing to make up.
    owes = row.closed_at is not None and (not items or bool(covered))
    missing = _still_to_make_up(session, found, [each.id for each in covered]) if owes else set()
    return RollPage(
        row,
        [each.title for each in covered],
        people,
        found,
        max((each.seq for each in ticks), default=0),
        [(name, unit) for person_id, name, unit in people if person_id in missing],
        {person_id: each.event_id for person_id, each in newest_of(ticks).items()},
    )


def _roll(
    session: Session, row: StudySession, people: Sequence[int], ticks: Sequence[Tick]
) -> SessionRoll:
    away = queries.away_on(session, people, local_day(row.starts_at))
    return roll_of(people, away, merged(ticks), row.closed_at is not None)


def _still_to_make_up(session: Session, found: SessionRoll, items: Sequence[int]) -> set[int]:
    """Who was not there and has not completed all that was covered in another way."""
    missed = found.expected - found.present
    if not items:
        return set(missed)
    done = queries.done_of(session, missed, items)
    return {each for each in missed if any((each, item_id) not in done for item_id in items)}


@dataclass(frozen=True)
class TicksReceived:
    """Which ticks are held now, which were refused, and the highest count of the session."""

    held: list[str]
    refused: list[str]
    max_seq: int


def receive(caller: Caller, session_id: int, ticks: Sequence[Tick]) -> TicksReceived:
    """Keep the ticks of a phone; each id once, whichever phone sends it, and however often. Nobody ticks
    themselves, nor somebody who is not expected.

    Raises NotFound, RuleBroken of "ticks" for too many at once.
    """
    if len(ticks) > MOST_TICKS:
        raise RuleBroken("ticks", "bad_event")
    session = caller.session
    row = one(caller, session_id, lock=True)
    if row.starts_at - timedelta(hours=2) > caller.now:
        raise Conflict("session_not_begun")
    expected = {person_id for person_id, *_ in queries.expected(session, row)}
    good = [
        each
        for each in ticks
        if each.person_id in expected and not is_own(caller.actor, each.person_id)
    ]
    _keep(caller, row, good)
    session.flush()
    known = queries.ticks_of(session, session_id)
    held = {each.event_id for each in known}
    return TicksReceived(
        [each.event_id for each in ticks if each.event_id in held],
        [each.event_id for each in ticks if each.event_id not in held],
        max((each.seq for each in known), default=0),
    )


def save_form(
    caller: Caller, session_id: int, marks: Sequence[FormMark], new_ids: Iterator[str]
) -> list[str]:
    """Keep what a form of the whole roll changes, each with a new id; the names of those of whom it was
    out of date, who are left as they are. Raises NotFound, Forbidden, Conflict."""
    row = one(caller, session_id, lock=True)
    expected = {person_id for person_id, *_ in queries.expected(caller.session, row)}
    ticks = queries.ticks_of(caller.session, session_id)
    changed, stale = changed_on_form(
        [each for each in marks if each.person_id in expected], newest_of(ticks)
    )
    seq = max((each.seq for each in ticks), default=0) + 1
    receive(
        caller,
        session_id,
        [Tick(next(new_ids), seq, each.person_id, each.posted) for each in changed],
    )
    return [name for _, name in by_name(caller.session, stale)]


def _keep(caller: Caller, row: StudySession, good: Sequence[Tick]) -> None:
    """Store ticks; new ones after the roll call change who is credited."""
    values = [
        {
            "session_id": row.id,
            "event_id": each.event_id,
            "person_id": each.person_id,
            "mark": each.mark,
            "seq": each.seq,
            "recorded_at": caller.now,
            "recorded_by": caller.actor.own_id(),
        }
        for each in good
    ]
    if not values:
        return
    statement = insert_if_new(caller.session, RollTick).values(values).returning(RollTick.event_id)
    came = caller.session.scalars(statement).all()
    if came and row.closed_at is not None:
        row.credited_through = 0


def close(caller: Caller, session_id: int) -> bool:
    """End the roll call: who is not ticked is absent, who was there is credited. Ticks that a phone
    still holds are taken later, too. False where it was ended before. Raises NotFound, Conflict."""
    row = one(caller, session_id, lock=True)
    if row.closed_at is not None:
        return False
    if row.starts_at > caller.now:
        raise Conflict("session_not_begun")
    row.closed_at, row.closed_by, row.credited_through = caller.now, caller.actor.own_id(), 0
    caller.session.flush()
    audit_log.record(caller, "session.closed", ("unit", row.unit_id), session=row.id)
    return True


def anything_to_credit(session: Session) -> bool:
    """Whether a session's credit does not agree with its roll yet."""
    return queries.to_credit(session) is not None


def credit_some(session: Session, now: datetime) -> bool:
    """Make the credit of some people agree with the roll: who was there has completed what was covered,
    who was not has not by this session. False where nothing is left."""
    row = queries.to_credit(session)
    if row is None:
        return False
    session.refresh(row, with_for_update=True)
    people = sorted(person_id for person_id, *_ in queries.expected(session, row))
    found = _roll(session, row, people, queries.ticks_of(session, row.id))
    items = [each.id for each in queries.items_of(session, row.id)]
    through = row.credited_through or 0
    rest = [each for each in people if each > through][:_PART]
    for person_id in rest:
        _credit(session, now, row, (person_id, person_id in found.present), items)
    row.credited_through = rest[-1] if len(rest) == _PART else None
    session.flush()
    return True


def _credit(
    session: Session,
    now: datetime,
    row: StudySession,
    person: tuple[int, bool],
    items: Sequence[int],
) -> None:
    """A completion that somebody withdrew by decision (退回补学) stays withdrawn, whatever the roll says."""
    person_id, present = person
    source = f"session:{row.id}"
    if not present:
        for completion_id in queries.credits_from(session, person_id, source):
            completions.withdraw_by_rule(session, now, completion_id, "roll_corrected")
        return
    again = queries.count_credits(session, person_id, source)
    decided = queries.items_settled(session, person_id, source)
    for item_id in items:
        if item_id in decided:
            continue
        completions.complete(
            Caller(session, SYSTEM, now),
            NewCompletion(
                person_id,
                item_id,
                Channel.SESSION,
                {"session": row.id, "mark": RollMark.PRESENT},
                f"{source}:{again}" if again else source,
                row.starts_at,
            ),
        )
