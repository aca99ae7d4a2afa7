"""指导组: found by a member of the group, answered by the unit, closed by the group alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.notices import findings
from learnapp.db.notices.models import Notice
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Role
from learnapp.domain.core.seen import mark_of
from learnapp.domain.notices.findings import FindingState, FindingStep
from learnapp.services.notices import finding_work
from learnapp.services.notices.finding_work import NewFinding
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import FIRST_DAY, NOW

LATE = NOW + timedelta(days=30)
ALL = PageSpan(1, 50)


@pytest.fixture
def branch(office):
    """A branch with a liaison, inspected by `other` for sixty days."""
    found = office.add_branch()
    grant(office, "local", Role.LIAISON, found)
    grant(office, "other", Role.INSPECTOR, found, FIRST_DAY.replace(year=2027))
    return found


def grant(office, login, role, unit_id, to_day=None):
    new = NewGrant(role, unit_id, office.line_id, FIRST_DAY, to_day)
    roles.grant(office.system(), office.staff[login], new)


def opened(office, branch, login="other", days=10):
    new = NewFinding(
        branch, "学习不实", "抽查笔记雷同。", "限期补学。", NOW.date() + timedelta(days=days)
    )
    return finding_work.open_finding(office.caller(login), new)


def notified(office, code):
    rows = office.session.query(Notice).filter_by(code=code)
    return sorted(each.person_id for each in rows)


def take(caller, row, step, text):
    """A step taken on a page that shows all that was done so far."""
    entries = [each.id for each in findings.entries_of(caller.session, [row.id])]
    return finding_work.take(caller, row.id, step, text, mark_of(entries))


def test_a_problem_is_answered_by_the_unit_and_closed_by_the_group_alone(office, branch):
    row = opened(office, branch)
    assert notified(office, "finding_opened") == [office.staff["local"]]
    group, unit = office.caller("other"), office.caller("local")
    with pytest.raises(Conflict, match="finding_not_answered"):
        take(group, row, FindingStep.CLOSE, "")
    with pytest.raises(Forbidden):
        take(unit, row, FindingStep.CLOSE, "")
    with pytest.raises(Forbidden):
        take(group, row, FindingStep.ANSWER, "已补学。")
    with pytest.raises(RuleBroken, match="text_missing"):
        take(unit, row, FindingStep.ANSWER, " ")
    assert take(unit, row, FindingStep.ANSWER, "已补学。")
    assert notified(office, "finding_answered") == [office.staff["other"]]
    assert findings.to_review(group).count == 1
    assert finding_work.one(unit, row.id).steps == {FindingStep.ANSWER}
    for _ in range(2):
        take(group, row, FindingStep.RETURN, "没有附名单。")
    take(unit, row, FindingStep.ANSWER, "名单已附。")
    assert take(group, row, FindingStep.CLOSE, "")
    assert not take(group, row, FindingStep.CLOSE, "")
    page = finding_work.one(unit, row.id)
    assert page.line.finding.state == FindingState.CLOSED and not page.steps
    assert [each.step for each, _name in page.entries] == ["answer", "return", "answer", "close"]
    assert finding_work.answers_of(office.session, [row.id]) == {row.id: "名单已附。"}


def test_the_group_does_not_close_it_on_an_answer_that_it_has_not_seen(office, branch):
    row, unit, group = opened(office, branch), office.caller("local"), office.caller("other")
    take(unit, row, FindingStep.ANSWER, "已补学。")
    seen = finding_work.one(group, row.id).mark
    take(unit, row, FindingStep.ANSWER, "补学的是另一批人。")
    with pytest.raises(RuleBroken, match="changed_since_seen"):
        finding_work.take(group, row.id, FindingStep.CLOSE, "", seen)
    assert finding_work.one(group, row.id).line.finding.state == FindingState.ANSWERED


def test_what_is_overdue_waits_on_both_sides(office, branch):
    opened(office, branch)
    for login in ("local", "other", "head"):
        assert findings.overdue(office.caller(login)).count == 0
        assert findings.overdue(office.caller(login, LATE)).count == 1
    assert findings.to_answer(office.caller("local")).count == 1
    assert findings.to_answer(office.caller("local", LATE)).count == 0
    assert finding_work.listed(office.caller("head", LATE), True, ALL)[0][0].overdue


def test_the_right_holds_over_chosen_units_until_its_last_day(office, branch):
    row = opened(office, branch)
    with pytest.raises(NotFound):
        opened(office, office.unit_id)
    over = office.caller("other", NOW + timedelta(days=60))
    with pytest.raises(Forbidden):
        take(over, row, FindingStep.WITHDRAW, "重复。")
    assert finding_work.listed(over, False, ALL) == ([], 0)
    with pytest.raises(NotFound):
        finding_work.one(office.caller("marker"), row.id)


def test_nobody_of_the_group_rules_on_a_unit_that_they_answer_for(office, branch):
    row = opened(office, branch)
    grant(office, "local", Role.INSPECTOR, branch)
    with pytest.raises(Forbidden, match="own_case"):
        opened(office, branch, "local")
    take(office.caller("local"), row, FindingStep.ANSWER, "已补学。")
    with pytest.raises(Forbidden, match="own_case"):
        take(office.caller("local"), row, FindingStep.CLOSE, "")
    assert finding_work.one(office.caller("local"), row.id).steps == {FindingStep.ANSWER}


@pytest.mark.parametrize("field", ["title", "found", "asked"])
def test_a_problem_without_words_is_refused(office, branch, field):
    words = {"title": "一", "found": "二", "asked": "三", field: " "}
    new = NewFinding(branch, due_on=date(2026, 12, 1), **words)
    with pytest.raises(RuleBroken, match="text_missing"):
        finding_work.open_finding(office.caller("other"), new)


def test_what_a_group_opened_is_read_by_the_group_alone(office, branch):
    finding_work.note_visit(office.caller("other"), "进度", "/progress")
    grant(office, "marker", Role.INSPECTOR, branch)
    for login in ("other", "marker"):
        rows, total = finding_work.visits(office.caller(login), ALL)
        assert total == 1 and [(each.title, name) for each, name in rows] == [("进度", "other甲")]
    for login in ("local", "head", "admin"):
        with pytest.raises(Forbidden):
            finding_work.visits(office.caller(login), ALL)
