"""Briefings: drawn from frozen figures, numbered one after another, never changed once issued."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Role
from learnapp.domain.notices.chases import ChaseKind, Condition, ConditionKind
from learnapp.domain.reports.briefings import issued_text
from learnapp.services.notices import chasing
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.reports import briefings, weekly
from learnapp.services.reports.briefings import NewBriefing
from learnapp.wording.briefings import OwnWords
from tests.services.reports.test_freezing import MONDAY
from tests.services.reports.test_weekly import _freeze
from tests.small_office import FIRST_DAY

TUESDAY = MONDAY + timedelta(days=1)


def draft(office, words=OwnWords(), exam_id=None, login="head"):  # noqa: B008
    office.issue = office.issue or _freeze(office)
    new = NewBriefing(office.issue, office.unit_id, words, exam_id)
    return briefings.draft(office.caller(login, TUESDAY), new)


@pytest.fixture(autouse=True)
def _nothing_frozen(office):
    office.issue = None


def texts(row):
    content = briefings.content(row)
    return [issued_text(each) for part in content.sections for each in part.paragraphs]


def test_every_figure_can_be_traced_and_is_what_the_report_says(office):
    row = draft(office)
    report = weekly.of_unit(office.caller("head", TUESDAY), row.issue_id, office.unit_id).report
    found = briefings.content(row).figures
    by_name = {each.what: each.value for each in reversed(found)}
    assert by_name["应完成（项次）"] == str(report.top.counts.owed)
    assert by_name["到期未完成（人）"] == str(report.top.counts.behind)
    assert briefings.figure(row, 1).value == found[0].value
    for number in (0, len(found) + 1):
        with pytest.raises(NotFound):
            briefings.figure(row, number)


def test_what_does_not_hold_is_neither_printed_nor_taken(office):
    row = draft(office)
    assert not any("时间过半、任务过半" in each for each in texts(row))
    assert any("项次未完成" in each for each in texts(row))
    with pytest.raises(RuleBroken, match="half_not_true"):
        draft(office, OwnWords(next_steps="时间过半，任务过半，再接再厉。"))
    with pytest.raises(RuleBroken, match="half_not_true"):
        briefings.rewrite(
            office.caller("head", TUESDAY),
            row.id,
            OwnWords(problems="已任务过半"),
            briefings.mark(row),
        )


def test_who_closes_a_gap_by_when_is_named(office):
    branch = office.add_branch()
    grant = NewGrant(Role.LIAISON, branch, office.line_id, FIRST_DAY)
    roles.grant(office.system(), office.staff["local"], grant)
    late = office.caller("head", TUESDAY)
    condition = Condition(ConditionKind.BEHIND, 0)
    due_on = TUESDAY.date() + timedelta(days=3)
    owner = office.staff["local"]
    new = chasing.NewChase(
        ChaseKind.LETTER, office.stage_id, branch, owner, "请补学。", condition, due_on
    )
    chasing.draft(late, new)
    assert any("提醒函，责任人分局管理员" in each for each in texts(draft(office)))


def test_briefings_are_numbered_one_after_another_and_change_no_more(office):
    head = office.caller("head", TUESDAY)
    codes = set()
    for number in (1, 2):
        row = draft(office)
        issued = briefings.issue(head, row.id, briefings.mark(row))
        assert (issued.year, issued.number, issued.serial) == (2026, number, number)
        codes.add(issued.check_code)
        for change in (
            lambda row=row: briefings.issue(head, row.id, briefings.mark(row)),
            lambda row=row: briefings.rewrite(head, row.id, OwnWords("改"), briefings.mark(row)),
        ):
            with pytest.raises(Conflict):
                change()
    assert len(codes) == 2
    assert len(briefings.with_code(head, codes.pop().lower())) == 1
    assert briefings.listed(head, PageSpan(1, 50))[1] == 2
    assert briefings.with_code(head, "AAAAAAAA") == []


def test_a_circular_is_about_an_exam_that_is_over(office):
    row = draft(office, exam_id=office.exam_id)
    assert any("应考 5 人，实考 0 人，参考率 0.0%" in each for each in texts(row))
    assert any("未参考 5 人" in each for each in texts(row))
    with pytest.raises(NotFound):
        draft(office, exam_id=office.exam_id + 1)


def test_reach_and_role_limit_it(office):
    row = draft(office)
    with pytest.raises(NotFound):
        briefings.one(office.caller("officer", TUESDAY), row.id)
    with pytest.raises(Forbidden):
        briefings.issue(office.caller("admin", TUESDAY), row.id, briefings.mark(row))


def test_who_reaches_a_part_of_a_unit_alone_says_nothing_of_it_in_public(office):
    office.add_branch()
    row = draft(office)
    for role in (Role.LIAISON, Role.UNIT_HEAD):
        grant = NewGrant(role, office.unit_id, None, FIRST_DAY)
        roles.grant(office.system(), office.staff["marker"], grant)
    alone = office.caller("marker", TUESDAY)
    page = weekly.of_unit(alone, row.issue_id, office.unit_id)
    assert not (weekly.may_brief(alone, page) or weekly.may_sign(alone, page))
    for deed in (
        lambda: draft(office, login="marker"),
        lambda: briefings.rewrite(alone, row.id, OwnWords(), briefings.mark(row)),
        lambda: briefings.issue(alone, row.id, briefings.mark(row)),
        lambda: weekly.sign(alone, row.issue_id, office.unit_id),
        lambda: weekly.comment(alone, row.issue_id, office.unit_id, "好"),
    ):
        with pytest.raises(Forbidden, match="part_in_reach"):
            deed()
