"""Random histories of an exam: rolls, figures, results, completions and states always agree."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import AnswerToMark, Attempt, Mark, PaperQuestion
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.people.models import Person
from learnapp.db.progress import counters
from learnapp.db.progress.person_duties import duties_of_person
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.exams.exams import AttemptState, WindowKind, WindowTimes
from learnapp.domain.exams.mark_sheet import Grade
from learnapp.domain.exams.roll import RollState
from learnapp.domain.exams.rulings import Tally
from learnapp.domain.progress.figures import DutyState
from learnapp.domain.study.owed import NOT_PASSED, OwedState
from learnapp.domain.study.programme import RECORDED_KINDS
from learnapp.services.exams import (
    attempt_start,
    attempts,
    auto_marking,
    exams,
    monitoring,
    proctoring,
    reopening,
    results,
    window_corrections,
)
from learnapp.services.operations import verify
from learnapp.services.people import absences
from learnapp.services.people.absences import NewAbsence
from learnapp.services.study import owed
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

STEPS = 90
DEEDS = (
    "sit",
    "sit",
    "sit",
    "begin",
    "void",
    "leave",
    "remark",
    "retire",
    "reopen",
    "reopen",
    "later",
)
NEVER = 1_000_000  # a pass mark that nobody reaches


class World:
    """Some officers, an exam with a main window, a make-up and a retake that overlap, and a ledger of
    what became of each attempt, kept apart from the code under test."""

    def __init__(self, ground: ExamFixture, rule: str) -> None:
        self.ground, self.rule = ground, rule
        self.officers = [ground.officer() for _ in range(5)]
        self.windows = [ground.window_id]
        self.passed: dict[int, dict[int, bool]] = {o.own_id(): {} for o in self.officers}
        with ground.database.writing() as session:
            exam = session.get_one(Exam, ground.exam_id)
            exam.counts, exam.tries = rule, 4
            for kind in (WindowKind.MAKE_UP, WindowKind.RETAKE):
                closes = EARLY + timedelta(days=3)
                made = exams.add_window(
                    Caller(session, ground.admin, NOW), exam, kind, EARLY, closes
                )
                self.windows.append(made.id)
            counters.refresh(session, NOW)

    def has_passed(self, person_id: int) -> bool:
        """By the ledger: one attempt passed, or the last one, as the exam says."""
        results = list(self.passed[person_id].values())
        return (results[-1:] == [True]) if self.rule == "last" else any(results)


def step(session, rng: random.Random, world: World, now) -> str:
    """One random deed; what it was, for the count of what was tried."""
    ground, officer = world.ground, rng.choice(world.officers)
    person_id, ledger = officer.own_id(), world.passed[officer.own_id()]
    deed = rng.choice(DEEDS)
    mine = session.scalars(
        select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.id)
    ).all()
    if deed in ("sit", "begin"):
        right = rng.random() < 0.5
        session.execute(update(Exam).values(pass_mark=0 if right else NEVER))
        window = rng.choice(world.windows)
        with session.begin_nested():
            try:
                public_id = attempt_start.start(
                    Caller(session, officer, now), window, f"{now}"
                ).public_id
            except (Conflict, NotFound) as refused:
                return refused.code
        if deed == "sit":
            attempts.submit(Caller(session, officer, now), public_id)
            made = session.query(Attempt).filter_by(public_id=public_id).one()
            ledger[made.id] = right
    elif deed == "void" and mine:
        attempt = rng.choice(mine)
        proctoring.void(Caller(session, ground.admin, now), attempt.public_id, "违纪")
        ledger.pop(attempt.id, None)
    elif deed == "reopen" and mine:
        return open_again(session, ground, rng.choice(mine), ledger, now)
    elif deed == "later":
        later(session, ground, rng, now)
    elif deed == "leave":
        return leave(session, ground, rng, person_id, now)
    elif deed == "remark" and ledger:
        remark(session, rng, ledger, now)
    elif deed == "retire" and rng.random() < 0.15:
        session.get_one(Person, person_id).retired_at = now
    return deed


def leave(session, ground: ExamFixture, rng: random.Random, person_id: int, now) -> str:
    """A day of leave on the day of the exam."""
    if session.get_one(Person, person_id).retired_at is not None:
        return "retired"
    day, kind = local_day(EARLY), rng.choice(RECORDED_KINDS)
    absences.record(
        Caller(session, ground.admin, now), person_id, NewAbsence(kind, day, day, "事由")
    )
    return "leave"


def open_again(session, ground: ExamFixture, attempt: Attempt, ledger: dict[int, bool], now) -> str:
    """What was handed in is open again, and counts for nothing until it is handed in once more."""
    try:
        until = reopening.reopen(Caller(session, ground.admin, now), attempt.public_id, 10, "手滑")
    except Conflict as refused:
        return refused.code
    if until is not None:
        ledger.pop(attempt.id, None)
        return "reopen"
    return "open already"


def later(session, ground: ExamFixture, rng: random.Random, now) -> None:
    """The main window closes later than it was going to: what falls due follows."""
    window = session.get_one(ExamWindow, ground.window_id)
    if now < window.closes_at:
        closes = window.closes_at + timedelta(minutes=rng.choice([5, 30]))
        new = WindowTimes(window.opens_at, closes)
        assert window_corrections.correct(
            Caller(session, ground.admin, now), window.id, new, "顺延"
        )


def remark(session, rng: random.Random, ledger: dict[int, bool], now) -> None:
    """Another result of an attempt, as a further mark or a new key gives it."""
    attempt_id = rng.choice(list(ledger))
    ledger[attempt_id] = not ledger[attempt_id]
    session.execute(update(Exam).values(pass_mark=0 if ledger[attempt_id] else NEVER))
    asked, before = (
        attempt_papers.asked_of(session, attempt_id),
        attempt_papers.result_of(session, attempt_id),
    )
    found = Tally(before.awarded, before.full, before.full)
    new = auto_marking.NewResult(found, before, keep_pass=False)
    auto_marking._record_result(session, now, asked, new)


def check_waiting(session) -> None:
    """Every short answer that was handed in and has no mark waits for a marker, and nothing else."""
    marked = select(Mark.attempt_id).where(
        Mark.attempt_id == PaperQuestion.attempt_id,
        Mark.question == PaperQuestion.ordinal,
        Mark.number > Attempt.marks_from,
    )
    unmarked = session.execute(
        select(PaperQuestion.attempt_id, PaperQuestion.ordinal)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            PaperQuestion.type == "short_answer",
            ~marked.exists(),
        )
    )
    waiting = session.execute(select(AnswerToMark.attempt_id, AnswerToMark.question))
    assert set(map(tuple, waiting)) == set(map(tuple, unmarked))


def check(session, world: World, now) -> None:
    """考务, progress, results, the person's own state and verify, beside the ledger."""
    counters.refresh_stale(session, now)
    assert verify.differences(session, now) == []
    room = monitoring.room(Caller(session, world.ground.admin, now), world.ground.window_id)
    roll = {each.person_id: each.standing for each in room.people}
    for officer in world.officers:
        person_id = officer.own_id()
        passed = world.has_passed(person_id)
        own = owed.exam_of(session, person_id, world.ground.exam_id, now)
        duty = None if own is None else own.facts.due
        states = [
            each.state
            for _, each in duties_of_person(session, person_id, now)
            if each.duty.due_at == room.window.closes_at
        ]
        if states:  # who has retired owes nothing
            assert (states == [DutyState.DONE]) == passed
            assert (own.owed.state is OwedState.DONE) <= passed
            assert passed <= (own.owed.state in (OwedState.DONE, OwedState.ANSWERING))
        if world.passed[person_id] and (states or person_id in roll):
            sat = roll[person_id] in (RollState.SAT, RollState.ANSWERING)
            assert sat and (passed or own.owed.state is not OwedState.DONE)
        elif roll.get(person_id) is RollState.VOIDED:
            assert own.owed.state in NOT_PASSED | {OwedState.VOIDED}
        elif roll.get(person_id) is RollState.EXCUSED:
            assert states in ([DutyState.EXCUSED], []) and (duty is None or duty.at is None)
        elif roll.get(person_id) is RollState.AWAY:
            assert duty is None or duty.deferred
    check_waiting(session)
    assert room.totals.sat == sum(has_sat(room, each) for each in room.people)
    check_marks(session, world, now, roll)
    assert room.totals.expected + room.totals.excused + room.totals.deferred == len(roll)


def has_sat(room: monitoring.Room, person: monitoring.Expected) -> bool:
    """Whether somebody has handed in what the roll shows, or an earlier attempt of the window."""
    again = any(each.counts and each.window_id == room.window.id for each in person.made)
    answering = person.standing is RollState.ANSWERING
    return person.standing is RollState.SAT or (answering and again)


def check_marks(session, world: World, now, roll: dict[int, RollState]) -> None:
    """Whom the mark sheet calls passed has passed, and the totals count them."""
    sheet = results.of_window(Caller(session, world.ground.admin, now), world.ground.window_id)
    grades = {each.person_id: each.line.grade for each in sheet.rows}
    for officer in world.officers:
        person_id = officer.own_id()
        if roll.get(person_id) is RollState.SAT:
            said = grades[person_id] in (Grade.PASSED, Grade.PASSED_LATER)
            assert said == world.has_passed(person_id)
    theirs = {each.own_id() for each in world.officers} & roll.keys()
    assert sheet.totals.passed == sum(world.has_passed(each) for each in theirs)


@pytest.mark.parametrize("rule", ["best", "last"])
def test_whatever_happens_to_attempts_all_figures_tell_the_same(
    ground: ExamFixture, rule, record_property
):
    world, rng, tried = World(ground, rule), random.Random(f"{rule} 14"), Counter()
    now = EARLY
    for number in range(STEPS):
        now += timedelta(minutes=rng.choice([1, 1, 2, 5, 25]))
        ground.work(now)
        note_submits_of_the_clock(world)
        with ground.database.writing() as session:
            tried[step(session, rng, world, now)] += 1
        if number % 7 == 6:
            with ground.database.writing() as session:
                check(session, world, now)
    assert tried["reopen"] >= 3 and tried["later"] >= 3
    assert tried["sit"] >= 6 and tried["void"] >= 3 and tried["leave"] >= 3
    record_property("tried", f"histories of an exam, {rule} counts: {dict(tried)}")


def note_submits_of_the_clock(world: World) -> None:
    """What the clock handed in goes into the ledger, in the order of the deadlines."""
    with world.ground.database.reading() as session:
        rows = session.scalars(select(Attempt).where(Attempt.state == "submitted")).all()
        for row in sorted(rows, key=lambda each: (each.submitted_at, each.id)):
            ledger = world.passed.get(row.person_id)
            if ledger is not None and row.id not in ledger:
                ledger[row.id] = bool(attempt_papers.result_of(session, row.id).passed)
