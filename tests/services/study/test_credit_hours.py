"""学时 of a reading or a session: earned by all of its evidence, recognised by a document, seen by oneself."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Item, Reading
from learnapp.domain.exams.exams import Channel
from learnapp.domain.people.people import Category, LoginKind
from learnapp.domain.study.credit_hours import HoursKind, HoursState
from learnapp.domain.study.own_record import HoursLine
from learnapp.domain.study.study_sessions import RollMark, SessionKind, Tick
from learnapp.services.people import people
from learnapp.services.study import completions, credit_hours, own_record, study_sessions
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.credit_hours import Worth
from learnapp.services.study.study_sessions import NewSession
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY, NOW


@pytest.fixture
def worth(office):
    """The office's reading, worth one and a half hours."""
    found = Worth(reading_id=office.session.scalars(select(Reading.id)).one())
    assert credit_hours.set_hours(office.caller(), found, 15, False)
    assert not credit_hours.set_hours(office.caller(), found, 15, False)
    return found


def _complete(office, *logins):
    items = office.session.scalars(select(Item.id).where(Item.portion_id.is_not(None)))
    for item in items:
        for login in logins:
            new = NewCompletion(
                office.staff[login], item, Channel.PAPER, {}, "paper", NOW - timedelta(hours=1)
            )
            completions.complete(office.system(), new)


def _state(office, login):
    return [
        (each.hours.tenths, each.hours.state) for each in credit_hours.own(office.caller(login))
    ]


def test_who_completed_all_of_it_waits_and_is_recognised_once_by_a_document(office, worth):
    assert credit_hours.of_thing(office.caller(), worth).earners == []
    _complete(office, "officer", "other", "admin")
    assert _state(office, "officer") == [(15, HoursState.AWAITING)]
    assert _state(office, "head") == []
    with refused("document_needed"):
        credit_hours.recognise(office.caller(), worth, " ")
    assert credit_hours.recognise(office.caller(), worth, "政训〔2026〕5号") == 2  # not one's own
    assert credit_hours.recognise(office.caller(), worth, "政训〔2026〕5号") == 0
    assert _state(office, "admin") == [(15, HoursState.AWAITING)]
    credit_hours.set_hours(office.caller(), worth, 20, False)
    assert _state(office, "officer") == [(15, HoursState.RECOGNISED)]  # as many as it was then
    assert credit_hours.own(office.caller("officer"))[0].document == "政训〔2026〕5号"


def test_auxiliaries_earn_it_only_where_it_is_set_and_a_withdrawn_completion_earns_none(
    office, worth
):
    system = office.system()
    helper = people.add_person(system, "辅警甲", [(LoginKind.BADGE, "f00001")])
    post = people.MembershipSpec(office.unit_id, office.line_id, category=Category.AUXILIARY)
    people.join(system, helper.id, post, FIRST_DAY)
    office.staff["f00001"] = helper.id
    _complete(office, "f00001", "other")

    def earned():
        found = credit_hours.of_thing(office.caller(), worth).earners
        return {each.person_id for each in found}

    assert earned() == {office.staff["other"]}
    credit_hours.set_hours(office.caller(), worth, 15, True)
    assert earned() == {office.staff["other"], helper.id}
    item = office.session.scalars(select(Item.id).where(Item.portion_id.is_not(None))).first()
    held = standing_completion(office.session, office.staff["other"], item)
    completions.withdraw(office.caller(), held.id, "未读完")
    assert earned() == {helper.id}


def test_what_is_out_of_reach_or_bounds_is_refused(office, worth):
    office.add_branch()
    with refused("reading_unknown"):
        credit_hours.of_thing(office.caller("local"), worth)
    with refused("hours_out_of_range"):
        credit_hours.set_hours(office.caller(), worth, 1000, False)
    exam = replace(worth, reading_id=None, exam_id=office.exam_id)
    assert credit_hours.of_thing(office.caller(), exam).title == "周测"


@pytest.fixture
def held(office):
    """A session of the office whose roll call is over: two were there, one of them 辅警; worth two
    hours."""
    system = office.system()
    helper = people.add_person(system, "辅警乙", [(LoginKind.BADGE, "f00002")])
    post = people.MembershipSpec(office.unit_id, office.line_id, category=Category.AUXILIARY)
    people.join(system, helper.id, post, FIRST_DAY)
    office.staff["f00002"] = helper.id
    new = NewSession(office.unit_id, SessionKind.LECTURE, "专题讲座", "", "", NOW)
    row = study_sessions.plan(office.caller("head"), new)
    found = Worth(session_id=row.id)
    credit_hours.set_hours(office.caller(), found, 20, False)
    _tick(office, row.id, 1, officer=RollMark.PRESENT, f00002=RollMark.PRESENT)
    _tick(office, row.id, 1, other=RollMark.PRESENT)
    _tick(office, row.id, 2, other=RollMark.ABSENT)
    assert credit_hours.of_thing(office.caller(), found).earners == []  # the roll is still called
    study_sessions.close(office.caller("head", DURING), row.id)
    return found


DURING = NOW + timedelta(hours=1)


def _tick(office, session_id, seq, **marks):
    ticks = [
        Tick(str(uuid.uuid4()), seq, office.staff[login], mark) for login, mark in marks.items()
    ]
    study_sessions.receive(office.caller("head", DURING), session_id, ticks)


def test_who_was_there_earns_training_and_no_self_study_as_the_roll_says(office, held):
    found = credit_hours.of_thing(office.caller(), held)
    assert [each.person_id for each in found.earners] == [office.staff["officer"]]
    own = credit_hours.own(office.caller("officer"))
    assert [(each.hours.kind, each.hours.tenths) for each in own] == [(HoursKind.TRAINING, 20)]
    credit_hours.set_hours(office.caller(), held, 20, True)
    assert len(credit_hours.of_thing(office.caller(), held).earners) == 2
    assert credit_hours.recognise(office.caller(), held, "政训〔2026〕9号") == 2
    _tick(office, held.session_id, 3, f00002=RollMark.LEAVE, other=RollMark.PRESENT)
    earners = credit_hours.of_thing(office.caller(), held).earners
    assert {each.person_id for each in earners} == {office.staff["officer"], office.staff["other"]}
    record = own_record.own(office.caller("officer"), None)
    assert record.hours == [HoursLine("training", 20, 0)]
    assert own_record.own(office.caller("officer"), 2025).hours == []


def test_hours_of_a_session_are_set_within_reach_alone(office, held):
    office.add_branch()
    with refused("session_unknown"):
        credit_hours.set_hours(office.caller("local"), held, 10, False)
    with refused("session_unknown"):
        credit_hours.of_thing(office.caller(), Worth(session_id=999))
