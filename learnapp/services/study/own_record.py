"""我的学习档案: one's own record by year, printed with a code that staff can check."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from learnapp.db.accounts.access import reached
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.identity import units_of
from learnapp.db.people.models import Person
from learnapp.db.progress.person_duties import duties_of_person
from learnapp.db.study import own_record as queries
from learnapp.db.study.models import Completion, Item, RecordCode
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Channel, ExamKind
from learnapp.domain.progress.figures import DutyState
from learnapp.domain.study.credit_hours import HoursKind, HoursState, totals
from learnapp.domain.study.own_record import (
    DoneLine,
    ExamLine,
    HoursLine,
    RecordSummary,
    StageLine,
    clean_code,
    in_year,
    new_code,
)
from learnapp.services.study import credit_hours
from learnapp.services.study.owed import exams_of


def summary_of(caller: Caller, person_id: int, year: int | None) -> RecordSummary:
    """The record of a person, of a year or of all; for who may see it, which the caller has asked."""
    session = caller.session
    person = session.get_one(Person, person_id)
    units = units_of(session, person_id, local_day(caller.now))
    rows = queries.completions_that_hold(session, person_id)
    return RecordSummary(
        person.name,
        "、".join(units),
        year,
        [each for each in _stages(caller, person_id) if _touches(each, year)],
        [_done(*row) for row in rows if in_year(local_day(row[0].occurred_at), year)],
        [each for each in _exams(caller, person_id) if in_year(each.day, year)],
        _hours(caller, person_id, year),
    )


def _hours(caller: Caller, person_id: int, year: int | None) -> list[HoursLine]:
    earned = credit_hours.of_person(caller, person_id)
    sums = totals(each.hours for each in earned if in_year(local_day(each.earned_at), year))
    found = [
        HoursLine(str(kind), sums[kind, HoursState.RECOGNISED], sums[kind, HoursState.AWAITING])
        for kind in HoursKind
    ]
    return [each for each in found if each.recognised or each.awaiting]


def _touches(stage: StageLine, year: int | None) -> bool:
    return year is None or stage.first_day.year <= year <= stage.last_day.year


def _stages(caller: Caller, person_id: int) -> list[StageLine]:
    """The stages that require something of the person, with how much of it is done."""
    found: dict[int, list[int]] = {}
    stages = {}
    for stage, duty in duties_of_person(caller.session, person_id, caller.now):
        stages[stage.id] = stage
        counts = found.setdefault(stage.id, [0, 0])
        if duty.duty.required and duty.state is not DutyState.EXCUSED:
            counts[0] += duty.state is DutyState.DONE
            counts[1] += 1
    return [
        StageLine(
            f"{each.programme_name} · {each.name}", each.first_day, each.last_day, *found[key]
        )
        for key, each in sorted(stages.items(), key=lambda item: item[1].first_day)
    ]


def _done(completion: Completion, item: Item) -> DoneLine:
    evidence = "portion" if item.portion_id else "exam" if item.exam_id else "other"
    day = local_day(completion.occurred_at)
    return DoneLine(item.title, day, evidence, completion.channel == Channel.PAPER)


def _exams(caller: Caller, person_id: int) -> list[ExamLine]:
    """The marks that the person may see, the newest first."""
    found = [
        ExamLine(
            each.exam.title,
            local_day(attempt.submitted_at),
            attempt.awarded,
            attempt.full,
            bool(attempt.passed),
        )
        for each in exams_of(caller.session, person_id, caller.now)
        if each.exam.kind != ExamKind.PRACTICE
        for attempt in each.facts.attempts
        if attempt.counts
        and attempt.known_pass is not None
        and attempt.submitted_at is not None
        and attempt.awarded is not None
        and attempt.full is not None
    ]
    return sorted(found, key=lambda each: each.day, reverse=True)


def own(caller: Caller, year: int | None) -> RecordSummary:
    """One's own record."""
    return summary_of(caller, caller.actor.own_id(), year)


def issue(caller: Caller, year: int | None, rng: Random) -> str:
    """The code under which the record as it is now can be checked; the same record has one code.

    Raises NotFound for who serves in no unit: a record bears its unit's name.
    """
    session, person_id = caller.session, caller.actor.own_id()
    summary = own(caller, year)
    known = queries.code_for(session, person_id, summary.digest)
    if known is not None:
        return known.code
    unit_id = queries.unit_now(session, person_id, local_day(caller.now))
    if unit_id is None:
        raise NotFound("unit_unknown")
    row = RecordCode(
        code=new_code(rng),
        person_id=person_id,
        unit_id=unit_id,
        digest=summary.digest,
        summary=summary.as_json(),
        recorded_at=caller.now,
    )
    session.add(row)
    session.flush()
    audit_log.record(caller, "record.issued", ("person", person_id))
    return row.code


def own_print(caller: Caller, code: str) -> RecordCode:
    """One's own print as it was issued. Raises NotFound for anybody else's."""
    row = queries.code_of(caller.session, clean_code(code))
    if row is None or row.person_id != caller.actor.own_id():
        raise NotFound("code_of_record_unknown")
    return row


@dataclass(frozen=True)
class CheckedPrint:
    """A print as it was issued, and whether the record still says the same."""

    row: RecordCode
    unchanged: bool


def check(caller: Caller, code: str) -> CheckedPrint:
    """The print that bears a code, of a person within reach, retired ones too.

    Raises Forbidden, NotFound: a code of somebody beyond reach is as one that does not exist.
    """
    caller.actor.must(Permission.PEOPLE_READ)
    row = queries.code_of(caller.session, clean_code(code))
    if row is None:
        raise NotFound("code_of_record_unknown")
    try:
        reached(caller, Permission.PEOPLE_READ, row.person_id, also_retired=True)
    except NotFound as beyond:
        raise NotFound("code_of_record_unknown") from beyond
    now = summary_of(caller, row.person_id, row.summary["year"])
    same = [now.as_json()[part] == row.summary[part] for part in ("done", "exams")]
    return CheckedPrint(row, all(same))
