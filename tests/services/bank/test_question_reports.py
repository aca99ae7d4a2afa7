"""Questions that somebody thinks are wrong: reported once from a paper, answered once, and told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.bank.question_reports import count_open, open_reports
from learnapp.domain.core.permissions import Role
from learnapp.services.bank import question_reports
from learnapp.services.exams import attempt_start
from learnapp.services.notices import inbox
from tests.services.refusals import refused
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)  # the window closed an hour ago


@pytest.fixture
def paper(office):
    """The paper that the officer handed in."""
    return office.hand_in("officer")


def _report(office, paper, text="答案似乎不对", login="officer", question=1):
    question_reports.report(office.caller(login, office.early), paper, question, text)


def _open(office, login="admin"):
    return [each.report for each in open_reports(office.caller(login, office.early))]


def _answer(office, row, text="已核对，答案无误", login="admin"):
    question_reports.answer(office.caller(login, office.early), row.id, text)
    office.session.flush()


def test_a_question_is_reported_once_while_that_is_open_and_again_after_the_answer(office, paper):
    for _ in range(2):
        _report(office, paper)
    (first,) = _open(office)
    assert count_open(office.caller(now=office.early)) == 1
    _answer(office, first)
    assert _open(office) == []
    _report(office, paper, "还是不对")
    assert [each.text for each in _open(office)] == ["还是不对"]


def test_a_report_is_answered_once_and_the_answer_told_whole_when_the_key_may_be_seen(
    office, paper
):
    _report(office, paper)
    (row,) = _open(office)
    _answer(office, row)
    with refused("report_closed"):
        _answer(office, row, "又一次")
    (told,) = inbox.notices_of(office.caller("officer", office.early))
    assert not told.whole
    (told,) = inbox.notices_of(office.caller("officer", OVER))
    assert told.whole and told.notice.params["answer"] == "已核对，答案无误"
    assert (told.notice.params["question"], told.notice.params["attempt"]) == (1, paper)


def test_only_a_question_of_ones_own_paper_that_was_handed_in_is_reported(office, paper):
    with refused("question_unknown"):
        _report(office, paper, login="other")
    with refused("question_unknown"):
        _report(office, paper, question=99)
    begun = attempt_start.start(office.caller("other", office.early), office.window_id, "5eed")
    with refused("question_unknown"):
        _report(office, begun.public_id, login="other")


def test_a_report_and_its_answer_say_something(office, paper):
    with refused("report_needed"):
        _report(office, paper, " \n")
    _report(office, paper)
    with refused("reason_needed"):
        _answer(office, _open(office)[0], " ")


def test_a_report_as_long_as_its_field_takes_is_kept_whole_whatever_ends_its_lines(office, paper):
    _report(office, paper, "行\r\n" * 499 + "末行")  # 1,000 characters as the page counts them
    assert _open(office)[0].text.endswith("行\n末行")


def test_reports_are_answered_by_editors_within_reach_but_not_by_their_authors(office, paper):
    office.add_branch()
    _report(office, paper)
    (row,) = _open(office)
    assert _open(office, "local") == []
    assert count_open(office.caller("local", office.early)) == 0
    with refused("question_unknown"):
        _answer(office, row, login="local")
    with refused("forbidden"):
        _answer(office, row, login="head")
    office.appoint("officer", Role.QUESTION_EDITOR)
    with refused("own_case"):
        _answer(office, row, login="officer")
