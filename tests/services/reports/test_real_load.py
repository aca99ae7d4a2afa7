"""What a closed week asked of people, as it is found with the weekly report: by facts of that week alone."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.caller import Caller
from learnapp.db.notices.outbox import notify
from learnapp.db.progress import figure_facts
from learnapp.db.study.models import CheckAnswer, Item, Portion
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.services.reports import real_load
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.services.conftest import EARLY
from tests.small_office import NOW

SUNDAY = date(2026, 11, 29)
MONDAY_AFTER = NOW + timedelta(days=7)


def _portions(office):
    rows = office.session.query(Item).filter(Item.portion_id.is_not(None)).order_by(Item.id)
    return list(rows)


def _complete(office, login, item, at, channel=Channel.ONLINE):
    new = NewCompletion(office.staff[login], item.id, channel, {}, "t")
    completions.complete(Caller(office.session, SYSTEM, at), new)


def _found(office):
    (stage,) = figure_facts.stages_in_force(office.session)
    return real_load.of_week(office.session, stage, SUNDAY, MONDAY_AFTER)


def test_a_week_counts_what_was_done_in_it_and_what_was_sent(office, monkeypatch):
    monkeypatch.setattr(real_load, "_PEOPLE", 2)  # everybody takes several statements
    before = _found(office)
    (item, *_) = _portions(office)
    _complete(office, "officer", item, EARLY)
    _complete(office, "other", item, EARLY, Channel.PAPER)
    _complete(office, "head", item, NOW - timedelta(days=5))  # the week before
    office.hand_in("officer")
    for code in ("reminder", "regraded", "feedback_answered"):
        notify(office.session, EARLY, office.staff["officer"], code, {})
    notify(office.session, MONDAY_AFTER, office.staff["officer"], "reminder", {})
    office.session.flush()
    found = _found(office)
    assert (found.people, found.portions, found.exams) == (5, 2, 1)
    assert (found.messages.notices, found.messages.reminders) == (2, 1)
    assert (before.portions, before.exams, before.minutes, before.taps) == (0, 0, 0, 0)
    assert found.minutes == 20 + 2 * 4 and found.taps == 14 + 2
    assert real_load.from_document(real_load.to_document(SUNDAY, found)) == (SUNDAY, found)


def test_a_check_question_answered_wrong_takes_more_taps(office):
    (item, *_) = _portions(office)
    portion = office.session.get(Portion, item.portion_id)
    key = office.session.query(KeyRevision).first()
    for right in (False, True):
        row = CheckAnswer(
            person_id=office.staff["officer"],
            portion_id=portion.id,
            key_revision_id=key.id,
            response="A",
            right=right,
            recorded_at=EARLY,
        )
        office.session.add(row)
    office.session.flush()
    assert _found(office).taps == 2
