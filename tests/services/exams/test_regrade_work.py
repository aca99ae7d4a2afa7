"""A correction that many had: previewed as a job, then every attempt regraded once, part by part."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import func, select

from learnapp.db.bank.models import Regrade
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import Mark, PaperQuestion
from learnapp.db.notices.models import Notice
from learnapp.db.operations import background_jobs as jobs
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.operations.background_jobs import WorkState
from learnapp.jobs import background
from learnapp.services.exams import auto_marking, key_correction, regrade_work
from tests.rulings import KEEPS, LOSES, VOID_FULL, VOID_OUT
from tests.services.bank.test_questions import sat, set_pass_mark
from tests.services.exams.steps import REVISED, attempts_agree, revise

SAT = 4


@pytest.fixture
def many(ground, monkeypatch):
    """Four had the question, which is many here; (version, their attempts)."""
    monkeypatch.setattr(key_correction, "AT_ONCE", 2)
    monkeypatch.setattr(regrade_work, "AT_ONCE", 2)
    monkeypatch.setattr(regrade_work, "BATCH", 3)
    ids: list[int] = []
    while True:
        ids.append(sat(ground, right=len(ids) % 2 == 0)[1])
        with ground.database.reading() as session:
            most = session.execute(
                select(PaperQuestion.version_id, func.count())
                .where(PaperQuestion.type == "single")
                .group_by(PaperQuestion.version_id)
                .order_by(func.count().desc(), PaperQuestion.version_id)
            ).first()
        if most[1] == SAT:
            break
    with ground.database.reading() as session:
        had = session.scalars(
            select(PaperQuestion.attempt_id)
            .where(PaperQuestion.version_id == most[0])
            .order_by(PaperQuestion.attempt_id)
        ).all()
    with ground.database.writing() as session:
        for each in ids:
            auto_marking.record_result(session, REVISED, each)
    return most[0], list(had)


def results(ground, had) -> list[tuple[int, int, bool]]:
    with ground.database.reading() as session:
        found = [attempt_papers.result_of(session, each) for each in had]
    return [(each.awarded, each.full, each.passed) for each in found]


def carry_out(ground) -> None:
    background.carry_out_waiting(ground.database, lambda: REVISED)


def by_admin(ground, session) -> Caller:
    return Caller(session, ground.admin, REVISED)


def job_of(ground, job_id: int) -> BackgroundJob:
    with ground.database.reading() as session:
        job = session.get_one(BackgroundJob, job_id)
        session.expunge(job)
        return job


@pytest.mark.parametrize("wanted", [VOID_FULL, VOID_OUT])
def test_a_preview_in_the_background_is_that_of_the_request_and_is_kept(ground, many, wanted):
    version_id, _ = many
    with ground.database.writing() as session:
        caller = by_admin(ground, session)
        expected = key_correction.preview(caller, version_id, wanted)
        job = key_correction.ask_preview(caller, version_id, wanted)
        assert key_correction.ask_preview(caller, version_id, wanted).id == job.id
        other = VOID_OUT if wanted is VOID_FULL else VOID_FULL
        with pytest.raises(Conflict) as busy:
            key_correction.ask_preview(caller, version_id, other)
        assert busy.value.code == "preview_running"
    carry_out(ground)
    with ground.database.reading() as session:
        caller = by_admin(ground, session)
        found = key_correction.stored_preview(caller, version_id, job.public_id, 0, 50)
        assert found.job.result == {
            "used": expected.used,
            "changed": len(expected.changes),
            "passes_lost": expected.passes_lost,
            "passes_won": expected.passes_won,
            "checks": expected.checks,
        }
        assert asdict(found.wanted) == asdict(wanted)
        shown = {row["attempt"]: (row["marks"], row["sum"], row["full"]) for row in found.rows}
        assert shown == {
            each.attempt_id: (
                [each.before, each.after],
                [each.sum_before.awarded, each.sum_after.awarded],
                [each.sum_before.full, each.sum_after.full],
            )
            for each in expected.changes
        }
        turns = [row["turn"] != 0 for row in found.rows]
        assert turns == sorted(turns, reverse=True)
        assert found.people.keys() == shown.keys()


def previewed(ground, version_id: int, had: list[int]):
    """What a void question would change, looked for in the background too; some have just passed."""
    set_pass_mark(ground, max(each[0] for each in results(ground, had)))
    with ground.database.writing() as session:
        for each in had:
            auto_marking.record_result(session, REVISED, each)
        caller = by_admin(ground, session)
        expected = key_correction.preview(caller, version_id, VOID_OUT)
        key_correction.ask_preview(caller, version_id, VOID_OUT)
    carry_out(ground)
    return expected


@pytest.mark.parametrize("decision", [KEEPS, LOSES])
def test_every_attempt_is_regraded_once_and_as_it_was_promised(ground, many, decision):
    version_id, had = many
    expected = previewed(ground, version_id, had)
    before = results(ground, had)
    with ground.database.writing() as session:
        job = revise(ground, session, version_id, VOID_OUT, decision)
        with pytest.raises(Conflict) as busy:
            revise(ground, session, version_id, VOID_FULL)
        assert busy.value.code == "regrade_running"
    assert results(ground, had) == before
    with ground.database.reading() as session:
        assert all(jobs.not_reached(session, each, {version_id}) for each in had)
        assert not jobs.not_reached(session, had[0], {version_id + 1})
    carry_out(ground)
    sums = {each.attempt_id: each.sum_after for each in expected.touched}
    assert [each[:2] for each in results(ground, had)] == [
        (sums[each].awarded, sums[each].full) for each in had
    ]
    done = job_of(ground, job.id)
    assert (done.state, done.done, done.total) == (WorkState.DONE, SAT, SAT)
    lost = 0 if decision.keeps_passes else expected.passes_lost
    assert done.result["changed"] == done.result["promised"]["changed"] == len(expected.changes)
    assert (done.result["passes_lost"], done.result["passes_won"]) == (lost, expected.passes_won)
    with ground.database.reading() as session:
        regrade = session.scalars(select(Regrade)).one()
        said = (regrade.key_revision_id, regrade.counts["used"])
        assert said == (done.params["revision"], SAT)
        assert not any(jobs.not_reached(session, each, {version_id}) for each in had)
        notices = session.scalars(select(Notice).where(Notice.code == "regraded")).all()
        assert len(notices) == len(expected.changes)
        assert attempts_agree(session)
    with ground.database.writing() as session:
        revise(ground, session, version_id, VOID_FULL)  # now another one may follow


def test_a_regrade_that_broke_off_goes_on_and_marks_nobody_twice(ground, many, monkeypatch):
    version_id, had = many
    with ground.database.writing() as session:
        job = revise(ground, session, version_id, VOID_FULL)
    real, calls = regrade_work.regrade, []

    def dies_in_the_second_part(*args):
        calls.append(args)
        real(*args)
        if len(calls) == 2:
            raise RuntimeError("the program died")

    monkeypatch.setattr(regrade_work, "regrade", dies_in_the_second_part)
    carry_out(ground)
    broken = job_of(ground, job.id)
    assert (broken.state, broken.done, broken.cursor["after"]) == (WorkState.RUNNING, 2, had[1])
    with ground.database.reading() as session:
        reached = [not jobs.not_reached(session, each, {version_id}) for each in had]
        assert reached == [True, True, False, False]
        assert attempts_agree(session)
    carry_out(ground)
    done = job_of(ground, job.id)
    assert (done.state, done.done, done.result["used"]) == (WorkState.DONE, SAT, SAT)
    with ground.database.reading() as session:
        revision_id = done.params["revision"]
        marks = session.execute(
            select(Mark.attempt_id, func.count())
            .where(Mark.key_revision_id == revision_id)
            .group_by(Mark.attempt_id)
            .order_by(Mark.attempt_id)
        ).all()
        assert [tuple(each) for each in marks] == [(each, 1) for each in had]
        assert attempts_agree(session)


def test_who_hands_in_while_it_runs_is_marked_by_the_new_key_and_not_again(ground, many):
    version_id, _ = many
    with ground.database.writing() as session:
        job = revise(ground, session, version_id, VOID_FULL)
    late = []
    while not late:
        _, attempt_id = sat(ground, right=False)
        with ground.database.reading() as session:
            late = session.scalars(
                select(PaperQuestion.attempt_id).where(
                    PaperQuestion.attempt_id == attempt_id, PaperQuestion.version_id == version_id
                )
            ).all()
    carry_out(ground)
    done = job_of(ground, job.id)
    assert (done.done, done.result["used"]) == (SAT + 1, SAT)
    with ground.database.reading() as session:
        marks = session.scalars(
            select(Mark.number)
            .join(PaperQuestion, PaperQuestion.attempt_id == Mark.attempt_id)
            .where(
                Mark.attempt_id == late[0],
                PaperQuestion.version_id == version_id,
                Mark.question == PaperQuestion.ordinal,
            )
        ).all()
        assert marks == [1]
        assert attempts_agree(session)


def test_a_correction_that_no_paper_survives_is_refused_before_it_is_in_force(ground, many):
    version_id, _had = many
    with ground.database.writing() as session:
        others = session.scalars(
            select(PaperQuestion.version_id)
            .where(PaperQuestion.version_id != version_id)
            .distinct()
        ).all()
    for each in others:
        with ground.database.writing() as session:
            revise(ground, session, each, VOID_OUT)
        carry_out(ground)
    with ground.database.writing() as session:
        for deed in (
            lambda: key_correction.ask_preview(by_admin(ground, session), version_id, VOID_OUT),
            lambda: revise(ground, session, version_id, VOID_OUT),
        ):
            with pytest.raises(RuleBroken) as refused:
                deed()
            assert refused.value.code == "void_leaves_nothing"
