"""Review of questions: what waits and for whom, many judged at once, what authors see of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank import review_lists
from learnapp.db.bank.models import KeyExposure, QuestionVersion
from learnapp.db.bank.review_lists import ReviewFilter
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.domain.bank.versions import VersionAction
from learnapp.domain.core.permissions import Role
from learnapp.services.bank import questions, reviews
from learnapp.services.exams import attempt_start
from tests.services.bank.questions import first_version, reworded
from tests.services.refusals import refused
from tests.small_office import NOW

APPROVED, RETURNED = VersionAction.APPROVED, VersionAction.RETURNED


@pytest.fixture
def editor(office):
    """The officer edits questions, and could review them."""
    return office.appoint("officer", Role.QUESTION_EDITOR, Role.REVIEWER)


@pytest.fixture
def reviewer(office):
    """The other one reviews questions."""
    return office.appoint("other", Role.REVIEWER)


@pytest.fixture
def sent(editor):
    """A question that the editor reworded and sent to review."""
    return reworded(editor, "换了说法的题干？")


def _queue(caller, wanted=None):
    return reviews.review_queue(caller, wanted or ReviewFilter(), 1, 20)[0]


def test_what_waits_is_shown_with_the_published_one_that_it_would_replace(reviewer, sent):
    (waiting,) = _queue(reviewer)
    assert (waiting.row.id, waiting.author, waiting.login_name) == (
        sent.id,
        "officer甲",
        "officer",
    )
    assert "换了说法" in str(waiting.data) and "换了说法" not in str(waiting.before)
    assert waiting.may_be_judged
    seen = select(KeyExposure.version_id).where(KeyExposure.person_id == reviewer.actor.person_id)
    assert sent.id in reviewer.session.scalars(seen).all()  # 命题回避


def test_ones_own_question_is_shown_but_waits_for_somebody_else(editor, reviewer, sent):
    (waiting,) = _queue(editor)
    assert waiting.own and not waiting.may_be_judged
    assert reviews.count_waiting(editor) == 0
    assert reviews.count_waiting(reviewer) == 1
    with refused("own_case"):
        reviews.judge(editor, [sent.id], APPROVED)


def test_many_are_judged_at_once_and_what_no_longer_waits_is_left(reviewer, sent):
    assert reviews.judge(reviewer, [sent.id, 0], APPROVED) == (1, 1)
    assert sent.status == "published"
    assert reviews.judge(reviewer, [sent.id], RETURNED, "依据不足") == (0, 1)
    assert sent.status == "published"


def test_with_one_of_ones_own_among_them_none_is_judged(office, sent):
    both = office.appoint("other", Role.QUESTION_EDITOR, Role.REVIEWER)
    own = reworded(both, "自己的题？", first_version(office.session, "multiple"))
    with refused("own_case"):
        reviews.judge(both, [sent.id, own.id], APPROVED)
    assert {sent.status, own.status} == {"in_review"}


def test_what_is_returned_comes_with_a_reason_that_its_author_reads(editor, reviewer, sent):
    with refused("reason_needed"):
        reviews.judge(reviewer, [sent.id], RETURNED)
    reviews.judge(reviewer, [sent.id], RETURNED, "依据不足")
    (mine,), total = reviews.submitted(editor.session, editor.actor, 1, 20)
    assert (mine.row.id, mine.last.action, mine.last.comment, mine.last.login_name, total) == (
        sent.id,
        "returned",
        "依据不足",
        "other",
        1,
    )
    assert reviews.submitted(editor.session, reviewer.actor, 1, 20) == ([], 0)


def test_an_urgent_release_is_approved_later_but_not_returned(office, editor, reviewer):
    fresh = first_version(office.session)
    draft = reworded(editor, "急用的题？", fresh)
    questions.apply_action(office.caller(), draft.id, RETURNED, "先退回")
    questions.apply_action(office.caller(), draft.id, VersionAction.RELEASED_URGENTLY, "领导批准")
    assert reviews.judge(reviewer, [draft.id], RETURNED, "依据不足") == (0, 1)
    assert reviews.judge(reviewer, [draft.id], APPROVED) == (1, 0)
    assert not draft.review_owed


@pytest.mark.parametrize(
    ("versions", "deed", "code"),
    [([], APPROVED, "nothing_ticked"), (range(51), APPROVED, "nothing_ticked")],
)
def test_at_least_one_and_not_too_many_are_judged_at_once(reviewer, versions, deed, code):
    with refused(code):
        reviews.judge(reviewer, list(versions), deed)


def test_judging_is_approving_or_returning(reviewer, sent):
    with refused("version_state"):
        reviews.judge(reviewer, [sent.id], VersionAction.RETIRED)


def test_what_waits_is_narrowed_by_bank_type_author_and_time(editor, reviewer, sent):
    author = editor.actor.person_id
    for wanted, count in (
        (ReviewFilter(bank_id=sent.bank_id, type="single", author_id=author), 1),
        (ReviewFilter(since=NOW, versions=[sent.id]), 1),
        (ReviewFilter(bank_id=0), 0),
        (ReviewFilter(type="multiple"), 0),
        (ReviewFilter(author_id=reviewer.actor.person_id), 0),
        (ReviewFilter(since=NOW + timedelta(seconds=1)), 0),
    ):
        assert len(_queue(reviewer, wanted)) == count, wanted
    assert review_lists.banks_waiting(reviewer) == [(sent.bank_id, "题库")]
    assert review_lists.authors_waiting(reviewer) == [(author, "officer甲", "officer")]


def test_reviewers_see_what_waits_within_their_reach(office, sent):
    office.add_branch()
    assert _queue(office.caller("local")) == []
    with refused("forbidden"):
        _queue(office.caller("head"))


def test_a_question_on_an_open_paper_of_the_reviewer_is_kept_back(office, editor):
    early = office.early
    attempt_start.start(office.caller("other", early), office.window_id, "5eed")
    reviewer = office.appoint("other", Role.REVIEWER)
    on_paper = office.session.scalars(
        select(QuestionVersion)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .where(QuestionVersion.type == "single")
    ).first()
    sent = reworded(editor, "卷上的题？", on_paper)
    (waiting,) = _queue(reviewer)
    assert waiting.is_withheld and waiting.data is None
    with refused("key_on_open_paper"):
        reviews.judge(reviewer, [sent.id], APPROVED)
