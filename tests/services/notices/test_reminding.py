"""Reminders: whom they mean, what is shown before, and who may ask for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.notices.reminders import ReminderRule
from learnapp.domain.people.people import LoginKind
from learnapp.services.notices import delivery, reminding
from learnapp.services.notices.reminding import NewReminder, Whom
from learnapp.services.people import naming
from tests.small_office import NOW

LATER = NOW + timedelta(days=8)  # a Tuesday morning: what was due on Sunday is overdue
PAGE = PageSpan(1, 50)


def whom(office, rule=ReminderRule.OVERDUE, unit=None):
    return Whom(office.stage_id, unit or office.unit_id, rule)


def test_what_a_reminder_would_do_is_shown_before(office):
    naming.add_login(office.system(), office.staff["officer"], LoginKind.MOBILE, "13900000009")
    found = reminding.outlook(office.caller("head", LATER), whom(office), PAGE)
    assert (found.meant, found.reminded, len(found.people)) == (4, 0, 4)
    assert {each.mobile for each in found.people} == {"", "13900000009"}
    assert all(each.overdue > 0 for each in found.people)
    under = reminding.outlook(
        office.caller("head", LATER), whom(office, ReminderRule.UNDER_HALF), PAGE
    )
    assert under.meant == 4


def test_a_text_for_the_group_chat_is_made_of_counts(office):
    office.add_branch()
    found = reminding.group_text(office.caller("head", LATER), whom(office))
    assert found.unit.counts.behind == 6 and [each.counts.behind for each in found.below] == [1]


def test_a_reminder_is_asked_for_within_reach_and_about_somebody(office):
    branch = office.add_branch()
    local = office.caller("local", LATER)
    with pytest.raises(NotFound):
        reminding.ask(local, NewReminder(whom(office)))
    with pytest.raises(Forbidden):
        reminding.ask(office.caller("officer", LATER), NewReminder(whom(office)))
    head = office.caller("head", LATER)
    for chosen, code in (
        ((), "nobody_to_remind"),
        (tuple(range(501)), "too_many_chosen"),
        ((office.staff["root"],), "nobody_to_remind"),
    ):
        with pytest.raises(RuleBroken, match=code):
            reminding.ask(head, NewReminder(whom(office), people=chosen))
    with pytest.raises(RuleBroken):
        reminding.ask(office.caller("head"), NewReminder(whom(office)))  # nothing is overdue yet
    reminding.ask(head, NewReminder(whom(office, unit=branch)))
    while delivery.expand(office.session, LATER):
        pass
    lines, total = reminding.sent(head, PAGE)
    assert total == 1 and lines[0].people == {"waiting": 1}
    assert reminding.sent(local, PAGE)[1] == 1
    assert reminding.outlook(head, whom(office), PAGE).reminded == 1
