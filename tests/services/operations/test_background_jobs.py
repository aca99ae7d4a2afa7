"""Work in the background: asked for once, carried out part by part, broken off, cancelled, asked again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import background_jobs as db
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.background_work import Part, rows_in_parts
from learnapp.db.operations.models import AuditEntry, BackgroundJob
from learnapp.db.progress.models import StageCounting
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.operations.background_jobs import MOST_ATTEMPTS, WorkKind, WorkState
from learnapp.jobs import background
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.operations import background_jobs, desk
from tests.services.conftest import ExamFixture
from tests.services.refusals import refused
from tests.small_office import NOW

PARTS = 3


class Broken(Exception):
    """The program died in the middle."""


@dataclass
class Counting:
    """Three parts, each a row; what happens before a part is said by its number."""

    job: BackgroundJob
    lasting: bool
    before: dict[int, Any]
    done: int = 0
    written: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return PARTS

    def read(self, session: Session) -> Part | None:
        if self.done == PARTS:
            return None
        self.done += 1
        if self.done in self.before:
            self.before[self.done]()
        (write,) = rows_in_parts(self.job.id, [{"part": self.done}])
        cursor = self.done if self.lasting else None
        number = self.done
        return Part(self.done, cursor, lambda session, now: self._write(session, write, number))

    def _write(self, session: Session, _write: Any, number: int) -> None:
        self.written.append(number)

    def result(self, session: Session) -> dict[str, Any]:
        return {"written": self.written}


@pytest.fixture
def works(monkeypatch) -> dict[str, Any]:
    """How the work of a test goes: whether its parts last, and what happens before them."""
    asked: dict[str, Any] = {"lasting": True, "before": {}}

    def make(session: Session, now: Any, job: BackgroundJob) -> Counting:
        return Counting(job, asked["lasting"], asked["before"], job.cursor or 0)

    monkeypatch.setattr(background, "KINDS", dict.fromkeys(WorkKind, make))
    return asked


def ask(ground: ExamFixture, kind: WorkKind = WorkKind.SIGNALS) -> int:
    subject = {WorkKind.SIGNALS: ground.window_id}.get(kind, 1)
    with ground.database.writing() as session:
        new = NewJob(kind, str(subject), ground.unit_id)
        return db.ask(Caller(session, ground.admin, NOW), new).id


def state(ground: ExamFixture, job_id: int) -> tuple[str, int, int | None]:
    with ground.database.reading() as session:
        job = session.get_one(BackgroundJob, job_id)
        return job.state, job.done, job.total


def carry_out(ground: ExamFixture, rounds: int = 1) -> None:
    for _ in range(rounds):
        background.carry_out_waiting(ground.database, lambda: NOW)


def die() -> None:
    raise Broken


def test_what_is_asked_for_twice_is_done_once_and_again_when_it_is_done(ground, works):
    first = ask(ground)
    assert ask(ground) == first and state(ground, first) == (WorkState.WAITING, 0, None)
    carry_out(ground)
    assert state(ground, first) == (WorkState.DONE, PARTS, PARTS)
    assert ask(ground) != first
    with ground.database.reading() as session:
        asked = select(AuditEntry).where(AuditEntry.action == "background.asked")
        assert len(session.scalars(asked).all()) == 2


def test_two_of_a_kind_and_subject_never_wait_at_once(ground):
    ask(ground)
    values = {
        "public_id": "x",
        "kind": WorkKind.SIGNALS,
        "subject": str(ground.window_id),
        "owner_unit_id": ground.unit_id,
        "params": {},
        "asked_at": NOW,
    }
    with pytest.raises(IntegrityError), ground.database.writing() as session:
        session.add(BackgroundJob(**values, state=WorkState.RUNNING))
    with ground.database.writing() as session:
        session.add(BackgroundJob(**values, state=WorkState.DONE))


@pytest.mark.parametrize(("lasting", "written"), [(True, [2, 3]), (False, [1, 2, 3])])
def test_what_was_broken_off_goes_on_where_it_was_or_begins_again(ground, works, lasting, written):
    works |= {"lasting": lasting, "before": {2: die}}
    job_id = ask(ground)
    carry_out(ground)
    assert state(ground, job_id) == (WorkState.RUNNING, 1, PARTS)
    works["before"] = {}
    carry_out(ground)
    assert state(ground, job_id) == (WorkState.DONE, PARTS, PARTS)
    with ground.database.reading() as session:
        assert session.get_one(BackgroundJob, job_id).result == {"written": written}


def test_what_dies_each_time_is_given_up_waits_on_the_desk_and_can_be_asked_for_again(
    ground, works
):
    works["before"] = {2: die}
    job_id = ask(ground)
    carry_out(ground, MOST_ATTEMPTS + 1)
    assert (
        state(ground, job_id)[0] == WorkState.RUNNING
    )  # the first part lasts: it begins to count anew
    carry_out(ground, 1)
    assert state(ground, job_id)[0] == WorkState.FAILED
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        assert dict(desk.tasks_of(caller))["failed_signals"].count == 1
        public_id = session.get_one(BackgroundJob, job_id).public_id
        background_jobs.retry(caller, public_id)
        background_jobs.retry(caller, public_id)
        assert dict(desk.tasks_of(caller))["failed_signals"].count == 0
    works["before"] = {}
    carry_out(ground)
    assert state(ground, job_id) == (WorkState.DONE, PARTS, PARTS)


def test_what_a_rule_refuses_has_failed_with_its_reason(ground, works):
    def refuse() -> None:
        raise RuleBroken("answer", "void_leaves_nothing")

    works["before"] = {1: refuse}
    job_id = ask(ground)
    carry_out(ground)
    with ground.database.reading() as session:
        job = session.get_one(BackgroundJob, job_id)
        assert (job.state, job.error, job.ended_at) == (
            WorkState.FAILED,
            "void_leaves_nothing",
            NOW,
        )


def test_what_is_cancelled_while_it_runs_stops_before_its_next_part(ground, works):
    job_id = ask(ground)

    def cancel() -> None:
        with ground.database.writing() as session:
            caller = Caller(session, ground.admin, NOW)
            background_jobs.cancel(caller, session.get_one(BackgroundJob, job_id).public_id)

    works["before"] = {2: cancel}
    carry_out(ground, 2)
    assert state(ground, job_id) == (WorkState.CANCELLED, 1, PARTS)


def test_a_correction_in_force_cannot_be_cancelled_and_what_is_done_cannot(ground, works):
    regrade, signals = ask(ground, WorkKind.REGRADE), ask(ground)
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        with refused("background_must_end"):
            background_jobs.cancel(caller, session.get_one(BackgroundJob, regrade).public_id)
    carry_out(ground)
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        public_id = session.get_one(BackgroundJob, signals).public_id
        with refused("background_ended"):
            background_jobs.cancel(caller, public_id)
        with refused("background_ended"):
            background_jobs.retry(caller, public_id)


def test_jobs_are_seen_by_those_whose_right_reaches_them(office):
    office.add_branch()
    for kind, subject in ((WorkKind.SIGNALS, office.window_id), (WorkKind.ITEM_STATISTICS, 1)):
        db.ask(office.caller(), NewJob(kind, str(subject), office.unit_id))
    assert len(background_jobs.jobs(office.caller(), 0, 9).running) == 2
    assert background_jobs.jobs(office.caller("local"), 0, 9).running == []
    found = background_jobs.jobs(office.caller("officer"), 0, 9)
    assert (found.running, found.ended, found.total) == ([], [], 0)
    (first, _) = background_jobs.jobs(office.caller(), 0, 9).running
    with refused("background_unknown"):
        background_jobs.progress(office.caller("local"), first.job.public_id)
    assert (first.about.name, first.by, first.cancellable) == ("周测", "admin甲", True)
    background_jobs.cancel(office.caller(), first.job.public_id)
    background_jobs.cancel(office.caller(), first.job.public_id)
    found = background_jobs.jobs(office.caller(), 0, 9)
    assert ([each.kind for each in found.running], found.total) == ([WorkKind.ITEM_STATISTICS], 1)
    assert found.ended[0].retried and not found.ended[0].cancellable


def test_the_rows_of_earlier_results_make_room_when_a_new_one_is_there(ground):
    with ground.database.writing() as session:
        jobs = []
        for count in (db.DROPPED + 1, 1):
            new = NewJob(WorkKind.SIGNALS, "7", ground.unit_id)
            job = db.ask(Caller(session, SYSTEM, NOW), new)
            for write in rows_in_parts(job.id, [{"n": n} for n in range(count)]):
                write(session, NOW)
            db.begin(session, NOW, job.id)
            assert db.finish(session, NOW, job.id, {})
            jobs.append(job)
        first, second = jobs
        assert [db.superseded(session, each) for each in jobs] == [[], [first.id]]
        assert db.rows_of(session, first.id, 2, 2) == [{"n": 2}, {"n": 3}]
        assert db.drop_rows(session, first.id) and db.count_rows(session, first.id) == 1
        assert not db.drop_rows(session, first.id) and db.count_rows(session, first.id) == 0
        assert db.superseded(session, second) == []


def test_imports_that_are_read_or_entered_and_those_that_ended_are_listed(office):
    office.add_branch()
    new = NewFile("ab" * 32, 5, "试题.docx", "docx")
    file = staged_imports.keep_file(office.caller(), office.unit_id, new)
    made = [
        staged_imports.new_job(office.caller(), kind, file, state)
        for kind, state in (
            (ImportKind.QUESTIONS, JobState.READING),
            (ImportKind.ROSTER, JobState.ENTERING),
            (ImportKind.QUESTIONS, JobState.STAGED),  # waits for a person, not for us
            (ImportKind.READING, JobState.READING),  # read at once
        )
    ]
    made[1].counts, made[1].total = {"entered": 3}, 9
    office.session.flush()
    found = background_jobs.jobs(office.caller(), 0, 9)
    assert [(line.kind, line.state, line.done, line.total) for line in found.running] == [
        (ImportKind.QUESTIONS, JobState.READING, 0, None),
        (ImportKind.ROSTER, JobState.ENTERING, 3, 9),
    ]
    assert (found.running[0].file, found.running[0].by) == ("试题.docx", "admin甲")
    assert background_jobs.jobs(office.caller("local"), 0, 9).running == []
    staged_imports.end(office.caller(), made[1], JobState.DONE)
    office.session.flush()
    found = background_jobs.jobs(office.caller(), 0, 9)
    assert ([line.state for line in found.ended], found.total) == ([JobState.DONE], 1)


def test_the_counting_after_a_publishing_says_how_many_people_are_counted(office):
    office.add_branch()
    assert background_jobs.jobs(office.caller(), 0, 9).counting == []
    counting = office.session.get_one(StageCounting, office.stage_id)
    counting.counted_to = office.staff["officer"]
    office.session.flush()
    (left,) = background_jobs.jobs(office.caller(), 0, 9).counting
    ids = sorted(office.staff[each] for each in office.staff if each != "root")
    before = sum(each <= office.staff["officer"] for each in ids)
    assert (left.programme, left.stage, left.done, left.total) == (
        "学习",
        "第一阶段",
        before,
        len(ids),
    )
    assert background_jobs.jobs(office.caller("local"), 0, 9).counting == []


def test_what_ended_is_listed_by_pages_the_last_first(office):
    for minute in range(3):
        now = NOW + timedelta(minutes=minute)
        job = db.ask(office.caller(now=now), NewJob(WorkKind.ITEM_STATISTICS, "1", office.unit_id))
        db.fail(office.session, now, job.id, "background_broken_off")
    first, second = (background_jobs.jobs(office.caller(), offset, 2) for offset in (0, 2))
    ended = [line.job.ended_at for line in (*first.ended, *second.ended)]
    assert ended == sorted(ended, reverse=True) and len(ended) == 3 == first.total
    assert [line.retried for line in first.ended] == [True, False]  # only the newest of a subject
    assert dict(desk.tasks_of(office.caller()))["failed_item_statistics"].count == 1
