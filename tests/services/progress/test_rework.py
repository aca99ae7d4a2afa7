"""补课重做: asked of whom it was asked before, done again by evidence, past figures unchanged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.notices.models import Notice
from learnapp.db.study import reworks
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.domain.study.programme import AbsenceKind
from learnapp.domain.study.rework import NewRework
from learnapp.services.people import absences
from learnapp.services.progress import rework
from learnapp.services.progress.figures import stage_for, unit_figures
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW

LATER = NOW + timedelta(days=14)
ALL = PageSpan(1, 50)


def new(office, login="head", **changed):
    found = rework.offered(office.caller(login, LATER), office.stage_id, office.unit_id)
    fields = {
        "stage_id": office.stage_id,
        "unit_id": office.unit_id,
        "item_ids": frozenset(each.item_id for each in found),
        "reason": "抽查不合格",
        "due_on": (LATER + timedelta(days=7)).date(),
    }
    return NewRework(**fields | changed)


def complete(office, login, item_id, channel, when=LATER, source="x"):
    fact = NewCompletion(office.staff[login], item_id, channel, {}, source)
    completions.complete(Caller(office.session, SYSTEM, when), fact)


def top(office, now=LATER):
    caller = office.caller("head", now)
    return unit_figures(caller, stage_for(office.session, office.stage_id), office.unit_id).top


def test_it_asks_readings_that_fell_due_of_whom_they_were_asked_done_or_not(office):
    (item, *_rest) = rework.offered(office.caller("head", LATER), office.stage_id, office.unit_id)
    complete(office, "officer", item.item_id, Channel.PAPER)
    away = absences.NewAbsence(AbsenceKind.LONG_LEAVE, NOW.date(), LATER.date(), "x")
    absences.record(office.caller("head"), office.staff["other"], away)
    found = rework.offered(office.caller("head", LATER), office.stage_id, office.unit_id)
    people = {person for each in found for person in each.people}
    assert office.staff["officer"] in people and office.staff["other"] not in people
    assert rework.offered(office.caller("head"), office.stage_id, office.unit_id) == []


def test_who_did_it_does_it_again_and_no_past_figure_changes(office):
    wanted = new(office)
    item_id = min(wanted.item_ids)
    complete(office, "officer", item_id, Channel.ONLINE)
    before = top(office)
    row = rework.order(office.caller("head", LATER), wanted)
    assert top(office) == before
    assert office.session.query(Notice).filter_by(code="rework").count() == 5
    me = office.caller("officer", LATER)
    assert len(rework.left_of(me)) == len(wanted.item_ids)
    opened = rework.read_again(me, row.id, item_id)
    assert rework.do_again(me, opened, {"options": []})
    assert rework.do_again(me, opened, {"options": []})
    (line,), total = rework.listed(office.caller("head", LATER), ALL)
    assert (total, line.counts.done, line.counts.owed) == (1, 1, 5 * len(wanted.item_ids))
    assert top(office) == before


def test_what_is_to_be_done_again_already_is_not_asked_a_second_time(office):
    head, wanted = office.caller("head", LATER), new(office)
    row = rework.order(head, wanted)
    assert rework.offered(head, office.stage_id, office.unit_id) == []
    with pytest.raises(RuleBroken, match="requirement_unknown"):
        rework.order(head, wanted)
    item_id = min(wanted.item_ids)
    me = office.caller("officer", LATER)
    assert rework.do_again(me, rework.read_again(me, row.id, item_id), {"options": []})
    (found,) = rework.offered(head, office.stage_id, office.unit_id)
    assert (found.item_id, found.people) == (item_id, {office.staff["officer"]})
    rework.withdraw(head, row.id)
    assert len(rework.offered(head, office.stage_id, office.unit_id)) == len(wanted.item_ids)


def test_a_session_after_the_order_counts_and_one_before_it_does_not(office):
    wanted = new(office)
    item_id = min(wanted.item_ids)
    complete(office, "officer", item_id, Channel.SESSION, LATER - timedelta(hours=1))
    row = rework.order(office.caller("head", LATER), wanted)
    assert reworks.counts_of(office.session, [row.id])[row.id].done == 0
    complete(office, "officer", item_id, Channel.SESSION, LATER + timedelta(hours=1), "y")
    assert reworks.counts_of(office.session, [row.id])[row.id].done == 1


def test_what_is_left_after_its_day_waits_until_it_is_taken_back(office):
    row = rework.order(office.caller("head", LATER), new(office))
    late = LATER + timedelta(days=9)
    assert reworks.overdue(office.caller("head", LATER)).count == 0
    assert reworks.overdue(office.caller("head", late)).count == 1
    page = rework.one(office.caller("head", late), row.id)
    assert page.line.overdue and page.may_withdraw and len(page.people) == 5
    assert rework.withdraw(office.caller("head", late), row.id)
    assert not rework.withdraw(office.caller("head", late), row.id)
    assert reworks.overdue(office.caller("head", late)).count == 0
    assert rework.left_of(office.caller("officer", late)) == []


def test_it_is_ordered_and_read_within_reach(office):
    office.add_branch()
    with pytest.raises(NotFound):
        rework.offered(office.caller("local", LATER), office.stage_id, office.unit_id)
    with pytest.raises(Forbidden):
        rework.offered(office.caller("officer", LATER), office.stage_id, office.unit_id)
    with pytest.raises(RuleBroken, match="items_needed"):
        rework.meant(office.caller("head", LATER), new(office, item_ids=frozenset()))
    row = rework.order(office.caller("head", LATER), new(office))
    with pytest.raises(NotFound):
        rework.one(office.caller("local", LATER), row.id)
    with pytest.raises(NotFound):
        rework.withdraw(office.caller("local", LATER), row.id)
    with pytest.raises(NotFound):
        rework.read_again(office.caller("root", LATER), row.id, row.id + 999)
