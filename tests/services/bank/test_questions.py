"""Questions over time: review by another, one published version, keys put right and regraded."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from learnapp.db.bank.models import KeyRevision, QuestionVersion, VersionEvent
from learnapp.db.bank.question_values import whole_of
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.bank.review_lists import ReviewFilter
from learnapp.db.bank.version_history import history_of, record_version_event
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.drawing import eligible
from learnapp.db.exams.models import Exam
from learnapp.db.notices.models import Notice
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Completion, Withdrawal
from learnapp.domain.bank.versions import VersionAction
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.bank import questions, reviews
from learnapp.services.exams import attempts, auto_marking, key_correction
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from question_bank.editing import Fields, to_fields
from tests.rulings import KEEPS, LOSES, replaced_by
from tests.services.conftest import EARLY
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)  # the window closed an hour ago


def first_single(session):
    return session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.type == "single", QuestionVersion.status == "published")
        .order_by(QuestionVersion.id)
    ).first()


def changed(data, **values):
    fields = to_fields(data)
    old = {name: getattr(fields, name) for name in Fields.__dataclass_fields__}
    return Fields(**{**old, **values})


def test_an_edit_is_reviewed_by_another_before_it_takes_the_old_ones_place(ground):
    editor, reviewer = ground.appoint(Role.QUESTION_EDITOR), ground.appoint(Role.REVIEWER)
    with ground.database.writing() as session:
        edits, judges = Caller(session, editor, NOW), Caller(session, reviewer, NOW)
        old = first_single(session)
        data = version_in_reach(edits, old.id, questions.Permission.BANK_EDIT).data
        new, record = questions.edit(
            edits,
            old.id,
            changed(data, stem="换了说法的题干？"),
            questions.About(),
        )
        assert new is not None and record.question is not None
        assert (new.number, new.status, old.status) == (2, "draft", "published")
        questions.apply_action(edits, new.id, VersionAction.SUBMITTED)
        with pytest.raises(Forbidden) as own:
            day = date(2026, 1, 1)
            roles.grant(
                Caller(session, SYSTEM, NOW),
                editor.person_id,
                NewGrant(Role.REVIEWER, ground.unit_id, ground.line_id, day),
            )
            both = Actor(editor.person_id, grants_of(session, editor.person_id, local_day(NOW)))
            questions.apply_action(Caller(session, both, NOW), new.id, VersionAction.APPROVED)
        assert own.value.code == "own_case"
        waiting, _ = reviews.review_queue(judges, ReviewFilter(), 1, 20)
        assert [each.row.id for each in waiting] == [new.id]
        with pytest.raises(RuleBroken):
            questions.apply_action(judges, new.id, VersionAction.RETURNED)
        questions.apply_action(judges, new.id, VersionAction.RETURNED, "依据不足")
        questions.apply_action(edits, new.id, VersionAction.SUBMITTED)
        questions.apply_action(judges, new.id, VersionAction.APPROVED)
        session.refresh(old)
        assert (new.status, old.status) == ("published", "superseded")
        deeds = [each.event.action for each in history_of(session, old.question_id)]
        assert deeds == ["superseded", "approved", "submitted", "returned", "submitted", "written"]
        marks = dict(whole_of(session, None, {old.question_id}))
        assert marks[old.question_id].stem.plain == "换了说法的题干？"


def test_a_version_written_before_the_published_one_does_not_undo_it(ground):
    editor, reviewer = ground.appoint(Role.QUESTION_EDITOR), ground.appoint(Role.REVIEWER)
    with ground.database.writing() as session:
        edits, judges = Caller(session, editor, NOW), Caller(session, reviewer, NOW)
        old = first_single(session)
        data = version_in_reach(edits, old.id, questions.Permission.BANK_EDIT).data
        made = [
            questions.edit(edits, old.id, changed(data, stem=stem), questions.About())[0]
            for stem in ("先改的题干？", "后改的题干？", "还在改的题干？")
        ]
        for each in made[:2]:
            questions.apply_action(edits, each.id, VersionAction.SUBMITTED)
        questions.apply_action(judges, made[1].id, VersionAction.APPROVED)
        states = [each.status for each in (old, *made)]
        assert states == ["superseded", "superseded", "published", "draft"]
        with pytest.raises(Conflict, match="version_state"):
            questions.apply_action(judges, made[0].id, VersionAction.APPROVED)
        made[0].status = "in_review"  # as an earlier release left it
        with pytest.raises(Conflict, match="newer_published"):
            questions.apply_action(judges, made[0].id, VersionAction.APPROVED)


def test_an_urgent_release_says_who_authorised_it_and_owes_a_review(ground):
    editor, reviewer = ground.appoint(Role.QUESTION_EDITOR), ground.appoint(Role.REVIEWER)
    with ground.database.writing() as session:
        old = first_single(session)
        data = version_in_reach(
            Caller(session, editor, NOW), old.id, questions.Permission.BANK_EDIT
        ).data
        new, _ = questions.edit(
            Caller(session, editor, NOW),
            old.id,
            changed(data, stem="急用的题？"),
            questions.About(),
        )
        with pytest.raises(RuleBroken):
            questions.apply_action(
                Caller(session, ground.admin, NOW), new.id, VersionAction.RELEASED_URGENTLY
            )
        questions.apply_action(
            Caller(session, ground.admin, NOW),
            new.id,
            VersionAction.RELEASED_URGENTLY,
            "张局长批准",
        )
        assert new.status == "published" and new.review_owed
        questions.apply_action(Caller(session, reviewer, NOW), new.id, VersionAction.APPROVED)
        assert not new.review_owed
        with pytest.raises(Conflict):
            questions.apply_action(Caller(session, reviewer, NOW), new.id, VersionAction.APPROVED)


def test_an_edit_that_is_not_whole_keeps_nothing_and_a_twin_is_refused(ground):
    with ground.database.writing() as session:
        some = session.scalars(
            select(QuestionVersion).where(QuestionVersion.type == "single").limit(2)
        ).all()
        data = [
            version_in_reach(
                Caller(session, ground.admin, NOW), each.id, questions.Permission.BANK_EDIT
            ).data
            for each in some
        ]
        about = questions.About()
        none, record = questions.edit(
            Caller(session, ground.admin, NOW), some[0].id, changed(data[0], answer="Z"), about
        )
        assert none is None and record.reasons
        with pytest.raises(RuleBroken) as twin:
            questions.edit(
                Caller(session, ground.admin, NOW), some[0].id, to_fields(data[1]), about
            )
        assert twin.value.code == "same_question"
        with pytest.raises(RuleBroken):
            wrong = questions.About(effective_from=date(2026, 2, 1), effective_to=date(2026, 1, 1))
            fields = changed(data[0], stem="另一题？")
            questions.edit(Caller(session, ground.admin, NOW), some[0].id, fields, wrong)


def test_what_is_not_in_force_or_cites_an_amended_law_leaves_the_draw(ground):
    with ground.database.writing() as session:
        row = first_single(session)

        def drawn_from(now):
            return {each.id for each in session.execute(eligible(row.bank_id, now))}

        assert row.id in drawn_from(NOW)
        row.effective_to = local_day(NOW)
        session.flush()
        assert row.id not in drawn_from(NOW)
        assert row.id in drawn_from(NOW - timedelta(days=1))
        law = session.scalar(select(QuestionVersion.law).where(QuestionVersion.law != "").limit(1))
        cited = session.scalars(
            select(QuestionVersion).where(
                QuestionVersion.law == law, QuestionVersion.status == "published"
            )
        ).all()
        count = questions.amend_law(Caller(session, ground.admin, NOW), row.bank_id, law, "修订")
        assert count >= len(cited) > 0
        assert all(each.status == "in_review" for each in cited)


def test_nobody_outside_reaches_a_question(ground):
    stranger = ground.officer()
    with ground.database.writing() as session:
        row = first_single(session)
        for deed in (VersionAction.RETIRED, VersionAction.APPROVED):
            with pytest.raises(Exception) as refused:
                questions.apply_action(Caller(session, stranger, NOW), row.id, deed)
            assert type(refused.value).__name__ in ("Forbidden", "NotFound")


def sat(ground, right):
    """An officer's attempt with every closed question right, or none, handed in."""
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == public_id))
        events = []
        for row in attempt_papers.keys_of(session, attempt.id):
            key = row.key
            if "options" in key and right:
                response = {"options": key["options"]}
            elif "blanks" in key and right:
                response = {"blanks": [each[0] for each in key["blanks"]]}
            else:
                continue
            name = str(uuid.UUID(int=attempt.id << 32 | row.ordinal))
            events.append(AnswerEvent(name, row.ordinal, row.ordinal, response, False))
        attempts.submit(Caller(session, officer, EARLY), public_id, events)
        for row in attempt_papers.keys_of(session, attempt.id):
            marked = attempt_papers.marks_of(session, attempt.id)
            if row.ordinal not in marked:  # written answers wait: a person gives them nothing
                session.add(
                    Mark(
                        attempt_id=attempt.id,
                        question=row.ordinal,
                        number=1,
                        key_revision_id=row.revision_id,
                        awarded=0,
                        right=False,
                        comment="",
                        recorded_at=EARLY,
                        recorded_by=ground.admin.person_id,
                    )
                )
        auto_marking.record_result(session, EARLY, attempt.id)
        return officer, attempt.id


def single_of(session, attempt_id):
    return session.scalars(
        select(PaperQuestion).where(
            PaperQuestion.attempt_id == attempt_id, PaperQuestion.type == "single"
        )
    ).first()


def other_letter(session, version_id):
    row = session.get_one(QuestionVersion, version_id)
    key = session.scalars(select(KeyRevision).where(KeyRevision.version_id == version_id)).first()
    wrong = [n for n, o in enumerate(row.options) if o["id"] not in key.key["options"]]
    return "ABCDEFGH"[wrong[0]]


def set_pass_mark(ground, hundredths):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).pass_mark = hundredths


def _lower(session, attempt_id: int, but: int) -> None:
    """Another question's mark becomes nothing, as by a marker's second thought."""
    other = next(
        each
        for each in attempt_papers.marks_of(session, attempt_id).values()
        if each.question != but and each.awarded
    )
    again = {column.name: getattr(other, column.name) for column in Mark.__table__.columns} | {
        "number": other.number + 1,
        "awarded": 0,
        "right": False,
        "recorded_at": EARLY,
    }
    session.execute(insert(Mark), [again])
    auto_marking.record_result(session, EARLY, attempt_id)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_key_put_right_regrades_everybody_and_a_pass_stays_or_goes_as_decided(ground, keeps):
    officer, attempt_id = sat(ground, right=True)
    with ground.database.reading() as session:
        total = attempt_papers.result_of(session, attempt_id).awarded
    set_pass_mark(ground, total)
    with ground.database.writing() as session:
        session.execute(select(Attempt))
        caller = Caller(session, ground.admin, EARLY)
        place = single_of(session, attempt_id)
        letter = other_letter(session, place.version_id)
        auto_marking.record_result(session, EARLY, attempt_id)
        wanted, decision = replaced_by(letter), KEEPS if keeps else LOSES
        told = key_correction.preview(caller, place.version_id, wanted)
        assert told.used == 1 and told.passes_lost == 1 and told.passes_won == 0
        # A preview keeps nothing.
        assert attempt_papers.result_of(session, attempt_id).awarded == total
        with pytest.raises(RuleBroken):
            silent = replace(decision, reason=" ")
            key_correction.revise(caller, place.version_id, wanted, silent)
        key_correction.revise(caller, place.version_id, wanted, decision)
        result = attempt_papers.result_of(session, attempt_id)
        assert (result.awarded, result.passed) == (total - place.marks, keeps)
        _lower(session, attempt_id, place.ordinal)  # a deed that decides nothing about passes
        assert attempt_papers.result_of(session, attempt_id).passed is keeps
        marks = session.scalars(
            select(Mark).where(Mark.attempt_id == attempt_id, Mark.question == place.ordinal)
        ).all()
        assert [mark.number for mark in marks] == [1, 2]  # added, the old one stays
        notice = session.scalar(select(Notice).where(Notice.person_id == officer.person_id))
        assert notice.code == "regraded" and notice.params["after"] == total - place.marks
        withdrawn = session.scalars(
            select(Withdrawal)
            .join(Completion, Completion.id == Withdrawal.completion_id)
            .where(Completion.person_id == officer.person_id)
        ).all()
        wanted_done = select(Completion).where(Completion.person_id == officer.person_id)
        done = session.scalars(wanted_done).all()
        assert len(withdrawn) == (0 if keeps or not done else 1)
        with pytest.raises(RuleBroken) as same:
            key_correction.revise(caller, place.version_id, wanted, decision)
        assert same.value.code == "key_unchanged"


def test_history_cannot_be_rewritten(ground):
    with ground.database.writing() as session:
        row = first_single(session)
        record_version_event(
            Caller(session, ground.admin, NOW), row.id, VersionAction.WRITTEN, "初稿"
        )
        assert session.scalar(select(VersionEvent.comment)) == "初稿"
    with pytest.raises(Exception, match="append-only"), ground.database.writing() as session:
        session.query(VersionEvent).update({"comment": "别的"})
