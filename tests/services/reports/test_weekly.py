"""A unit's report as it is read: what is missing is listed and not in the sum; reach limits all of it."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.services.reports import freezing, weekly
from tests.services.reports.test_freezing import MONDAY, WEEKLY


def _freeze(office, without=None):
    [wanted, *_] = freezing.due(office.session, MONDAY, WEEKLY)
    found = freezing.frozen(office.session, wanted)
    issue_id = freezing.store(office.session, MONDAY, found.issue)
    rows = [row for row in found.rows if row["unit_id"] != without]
    freezing.store_rows(office.session, issue_id, rows)
    return issue_id


def test_a_unit_below_without_a_frozen_report_is_named_and_not_in_the_sum(office):
    branch = office.add_branch()
    caller = office.caller("head", MONDAY)
    page = weekly.of_unit(caller, _freeze(office, without=branch), office.unit_id)
    assert len(page.report.missing) == 1 and len(page.report.rows) == 1
    assert page.report.top.counts.people == 5
    with pytest.raises(NotFound):
        weekly.of_unit(caller, page.issue_id, branch)


def test_a_head_of_a_branch_reads_its_report_alone(office):
    branch = office.add_branch()
    issue_id = _freeze(office)
    local = office.caller("local", MONDAY)
    assert weekly.of_unit(local, issue_id, branch).report.top.counts.people == 1
    with pytest.raises(NotFound):
        weekly.of_unit(local, issue_id, office.unit_id)
    with pytest.raises(NotFound):
        weekly.of_unit(local, issue_id + 1, branch)
    with pytest.raises(Forbidden):
        weekly.of_unit(office.caller("officer", MONDAY), issue_id, branch)


def test_a_report_is_signed_once_and_its_units_below_are_named_until_they_have(office):
    branch = office.add_branch()
    issue_id = _freeze(office)
    head = office.caller("head", MONDAY)
    assert len(weekly.of_unit(head, issue_id, office.unit_id).report.unsigned) == 1
    assert weekly.sign(head, issue_id, branch)
    assert not weekly.sign(head, issue_id, branch)
    page = weekly.of_unit(head, issue_id, office.unit_id)
    assert page.report.unsigned == () and page.signature is None
    assert weekly.may_sign(head, page) and weekly.may_comment(head, page)
    assert not weekly.may_sign(office.caller("admin", MONDAY), page)
