"""Reminders on their way: once per cause and week, at a time that is allowed, and only if still needed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.notices import reminders
from learnapp.db.notices.models import Notice, OutgoingMessage, ReminderToPerson
from learnapp.db.progress import figure_facts
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.domain.notices.reminders import MOST_TRIES, DeliveryState, ReminderRule
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.notices import delivery, reminding
from learnapp.services.notices.reminding import NewReminder, Whom
from learnapp.services.people import absences
from learnapp.services.people.absences import NewAbsence
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW

LATER = NOW + timedelta(days=8)  # Tuesday 9:00 in Shanghai
NIGHT = LATER + timedelta(hours=14)  # 23:00


def ask(office, now=LATER, people=None, channels=()):
    whom = Whom(office.stage_id, office.unit_id, ReminderRule.OVERDUE)
    reminding.ask(office.caller("head", now), NewReminder(whom, channels, "辛苦了。", people))


def go(office, now):
    """What the scheduler does."""
    while delivery.expand(office.session, now):
        pass
    while delivery.send_due(office.session, now, lambda params: params["rule"]):
        pass


def states(office):
    rows = office.session.query(ReminderToPerson)
    names = {person_id: login for login, person_id in office.staff.items()}
    return {names[each.person_id]: each.state for each in rows}


def notices(office):
    return office.session.query(Notice).filter_by(code="reminder").count()


def finish(office, login, at):
    for duty in figure_facts.duties_of(office.session, [office.stage_id])[office.stage_id]:
        new = NewCompletion(office.staff[login], duty.item_id, Channel.PAPER, {}, "r")
        completions.complete(Caller(office.session, SYSTEM, at), new)


def test_a_cause_is_told_once_in_a_week_whoever_asks_and_again_in_the_next(office):
    ask(office)
    ask(office, people=(office.staff["officer"],))
    go(office, LATER)
    assert notices(office) == 4 and "head" not in states(office)  # nobody reminds themselves
    go(office, LATER + timedelta(hours=1))
    assert notices(office) == 4
    ask(office, LATER + timedelta(days=7), people=(office.staff["officer"],))
    go(office, LATER + timedelta(days=7))
    assert notices(office) == 5


def test_at_night_it_waits_for_the_morning_and_is_left_out_if_done_by_then(office):
    ask(office, NIGHT)
    go(office, NIGHT)
    assert notices(office) == 0
    finish(office, "officer", NIGHT)
    go(office, NIGHT + timedelta(hours=9, minutes=29))
    assert notices(office) == 0
    go(office, NIGHT + timedelta(hours=9, minutes=30))  # 8:30
    assert states(office)["officer"] == "needless" and states(office)["other"] == "sent"
    assert notices(office) == 3


def leave(office, login, first, last, now):
    new = NewAbsence(AbsenceKind.TRAVEL_REPORTED, first, last)
    if login == "other":
        new = NewAbsence(AbsenceKind.LEAVE, first, last)
    absences.record(office.caller("admin", now), office.staff[login], new)


def test_nobody_is_reminded_on_leave(office):
    leave(office, "other", date(2026, 12, 1), date(2026, 12, 2), LATER)
    leave(office, "officer", date(2026, 12, 1), date(2026, 12, 2), LATER)
    ask(office)
    go(office, LATER)
    assert states(office)["other"] == "waiting" and states(office)["officer"] == "sent"
    leave(office, "other", date(2026, 12, 3), date(2026, 12, 20), LATER)
    go(office, LATER + timedelta(days=2))
    assert states(office)["other"] in ("away", "needless")


def test_who_leads_the_unit_no_more_reminds_nobody(office, monkeypatch):
    ask(office)
    monkeypatch.setattr(delivery, "grants_of", lambda *_: ())
    go(office, LATER)
    assert states(office) == {}


def test_an_outer_message_is_tried_a_few_times_and_then_given_up(office):
    ask(office, channels=("sms",))
    go(office, LATER)
    now, tries = LATER, 0
    letters = delivery.letters(office.session, now)
    assert len(letters) == 4
    [first, *_] = letters
    while delivery.begin(office.session, now, first.message_id):
        delivery.end(office.session, first.message_id, "refused")
        assert not delivery.begin(office.session, now, first.message_id)  # not before its time
        tries, now = tries + 1, now + timedelta(days=1)
    row = office.session.get(OutgoingMessage, first.message_id)
    assert tries == MOST_TRIES and row.state == DeliveryState.FAILED and row.error == "refused"


@pytest.mark.parametrize(
    ("error", "no_address", "state"),
    [(None, False, "sent"), ("no mobile", True, "no_address")],
)
def test_what_became_of_a_message_is_counted(office, error, no_address, state):
    ask(office, people=(office.staff["officer"],), channels=("sms",))
    go(office, LATER)
    [letter] = delivery.letters(office.session, LATER)
    assert delivery.begin(office.session, LATER, letter.message_id)
    delivery.end(office.session, letter.message_id, error, no_address)
    [reminder_id] = {each.reminder_id for each in office.session.query(OutgoingMessage)}
    assert reminders.deliveries_of(office.session, [reminder_id]) == {reminder_id: {state: 1}}
    assert delivery.letters(office.session, LATER + timedelta(days=9)) == []


SUNDAY_EVENING = NOW + timedelta(days=13, hours=11)  # 20:00
MONDAY = NOW + timedelta(days=14)  # 9:00


def test_a_reminder_counts_in_the_week_in_which_it_is_sent(office):
    ask(office, SUNDAY_EVENING, people=(office.staff["officer"],))
    go(office, SUNDAY_EVENING)
    assert notices(office) == 0
    go(office, MONDAY)
    ask(office, MONDAY, people=(office.staff["officer"],))
    go(office, MONDAY)
    assert notices(office) == 1


def test_a_reminder_that_came_to_nothing_leaves_the_week_to_others(office, monkeypatch):
    ask(office, NIGHT)
    go(office, NIGHT)
    morning = NIGHT + timedelta(hours=10)
    with monkeypatch.context() as ended:
        ended.setattr(delivery, "grants_of", lambda *_: ())
        go(office, morning)
    assert set(states(office).values()) == {"needless"}
    whom = Whom(office.stage_id, office.unit_id, ReminderRule.OVERDUE)
    outlook = reminding.outlook(office.caller("admin", morning), whom, PageSpan(1, 50))
    assert outlook.reminded == 0
    reminding.ask(office.caller("admin", morning), NewReminder(whom))
    go(office, morning)
    assert notices(office) == 4


def test_a_reminder_put_off_into_a_week_that_has_one_is_needless(office):
    ask(office, people=(office.staff["other"],))
    delivery.expand(office.session, NIGHT - timedelta(days=1))
    leave(office, "other", date(2026, 12, 1), date(2026, 12, 6), LATER)
    ask(office, MONDAY, people=(office.staff["other"],))
    go(office, MONDAY)
    assert notices(office) == 1
    leave(office, "other", date(2026, 12, 8), date(2026, 12, 9), MONDAY)
    go(office, MONDAY + timedelta(days=3))
    assert notices(office) == 1
