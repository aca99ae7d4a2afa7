"""集中学习: two phones call one roll, who was there is credited, who was not is listed to make up."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from learnapp.db.study.models import Completion, Withdrawal
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.exams import Channel
from learnapp.domain.study.study_sessions import (
    MOST_TICKS,
    FormMark,
    RollMark,
    SessionKind,
    Tick,
)
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import completions, study_sessions
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.study_sessions import NewSession
from tests.small_office import FIRST_DAY, NOW

DURING, AFTER = NOW + timedelta(hours=1), NOW + timedelta(hours=3)


@pytest.fixture
def row(office):
    items = tuple(item_id for item_id, _ in study_sessions.portions_to_cover(office.caller("head")))
    new = NewSession(office.unit_id, SessionKind.COLLECTIVE, "集中学习", "", "", NOW, items)
    return study_sessions.plan(office.caller("head"), new)


def tick(office, login, mark=RollMark.PRESENT, seq=1):
    return Tick(str(uuid.uuid4()), seq, office.staff[login], mark)


def credit(office):
    steps = 0
    while study_sessions.credit_some(office.session, AFTER):
        steps += 1
    return steps


def held(office, login):
    """How many completions of the session stand for somebody."""
    query = office.session.query(Completion).filter_by(person_id=office.staff[login])
    gone = {each.completion_id for each in office.session.query(Withdrawal)}
    return sum(each.channel == Channel.SESSION and each.id not in gone for each in query)


def test_two_phones_call_one_roll_in_whatever_order_and_however_often(office, row):
    first = [tick(office, "officer"), tick(office, "other", RollMark.ABSENT)]
    second = [tick(office, "other", seq=2), tick(office, "marker", RollMark.LEAVE)]
    head, admin = office.caller("head", DURING), office.caller("admin", DURING)
    for caller, ticks in ((admin, second), (head, first), (head, first), (admin, second)):
        found = study_sessions.receive(caller, row.id, ticks)
        assert found.held == [each.event_id for each in ticks] and found.refused == []
    assert found.max_seq == 2
    roll = study_sessions.roll(head, row.id).roll
    assert roll.present == {office.staff["officer"], office.staff["other"]}
    assert roll.on_leave == {office.staff["marker"]}
    assert roll.not_marked == {office.staff["head"], office.staff["admin"]}


def test_nobody_ticks_themselves_nor_somebody_who_is_not_expected(office, row):
    own, guest = (
        tick(office, "head"),
        Tick(str(uuid.uuid4()), 1, office.staff["root"], RollMark.PRESENT),
    )
    good = tick(office, "officer")
    found = study_sessions.receive(office.caller("head", DURING), row.id, [own, guest, good])
    assert found.refused == [own.event_id, guest.event_id] and found.held == [good.event_id]


def test_who_was_there_is_credited_and_what_comes_late_corrects_it(office, row):
    head = office.caller("head", DURING)
    study_sessions.receive(head, row.id, [tick(office, "officer"), tick(office, "other")])
    assert study_sessions.close(head, row.id) and not study_sessions.close(head, row.id)
    assert credit(office) and credit(office) == 0
    covered = len(study_sessions.roll(head, row.id).items)
    assert covered and held(office, "officer") == held(office, "other") == covered
    late = [tick(office, "other", RollMark.ABSENT, seq=2), tick(office, "marker")]
    study_sessions.receive(office.caller("admin", AFTER), row.id, late)
    credit(office)
    assert (held(office, "other"), held(office, "marker")) == (0, covered)
    again = tick(office, "other", RollMark.PRESENT, seq=3)
    study_sessions.receive(office.caller("admin", AFTER), row.id, [again])
    credit(office)
    assert held(office, "other") == covered


def test_a_form_of_the_roll_leaves_alone_what_was_ticked_after_it_was_drawn(office, row):
    head, admin = office.caller("head", DURING), office.caller("admin", DURING)
    other, officer = office.staff["other"], office.staff["officer"]
    study_sessions.receive(head, row.id, [tick(office, "other", RollMark.ABSENT)])
    drawn = study_sessions.roll(head, row.id).based_on
    study_sessions.receive(admin, row.id, [tick(office, "other", seq=2)])
    form = [
        FormMark(other, "absent", drawn[other], RollMark.LEAVE),
        FormMark(officer, "", "", RollMark.PRESENT),
        FormMark(office.staff["root"], "", "made up", RollMark.PRESENT),  # nobody of this session
    ]
    ids = (str(uuid.uuid4()) for _ in range(9))
    assert study_sessions.save_form(head, row.id, form, ids) == ["other甲"]
    assert study_sessions.save_form(head, row.id, form, ids) == ["other甲"]
    assert study_sessions.roll(head, row.id).roll.present == {other, officer}


def test_a_late_tick_does_not_undo_what_was_withdrawn_by_decision(office, row):
    head = office.caller("head", DURING)
    ticks = [tick(office, "officer"), tick(office, "other")]
    study_sessions.receive(head, row.id, ticks)
    study_sessions.close(head, row.id)
    credit(office)
    made = office.session.query(Completion).filter_by(
        person_id=office.staff["officer"], channel=Channel.SESSION
    )
    for each in made.all():
        completions.withdraw(office.caller("admin", AFTER), each.id, "没有来")
    study_sessions.receive(office.caller("head", AFTER), row.id, ticks)
    assert not study_sessions.anything_to_credit(office.session)  # sent again: nothing new
    for seq, mark in enumerate((RollMark.ABSENT, RollMark.PRESENT), 2):
        late = [tick(office, login, mark, seq) for login in ("officer", "marker")]
        study_sessions.receive(office.caller("admin", AFTER), row.id, late)
        credit(office)
        assert held(office, "officer") == 0
    assert held(office, "marker") == held(office, "other") > 0


def test_who_missed_it_is_listed_until_they_have_made_up(office, row):
    head = office.caller("head", DURING)
    study_sessions.receive(head, row.id, [tick(office, "officer")])
    assert study_sessions.roll(head, row.id).make_up == []  # not before it is over
    study_sessions.close(head, row.id)
    names = [name for name, _ in study_sessions.roll(head, row.id).make_up]
    assert "other甲" in names and "officer甲" not in names
    for item_id, _ in study_sessions.portions_to_cover(head):
        made_up = NewCompletion(office.staff["other"], item_id, Channel.ONLINE, {}, "read")
        completions.complete(office.system(AFTER), made_up)
    assert "other甲" not in [name for name, _ in study_sessions.roll(head, row.id).make_up]


def test_a_session_is_held_within_reach_and_in_its_time(office, row):
    branch = office.add_branch()
    local, early = office.caller("local", DURING), office.caller("head", NOW - timedelta(hours=3))
    with pytest.raises(NotFound):
        study_sessions.roll(local, row.id)
    assert study_sessions.listed(local, PageSpan(1, 50)) == ([], 0)
    with pytest.raises(Conflict):
        study_sessions.receive(early, row.id, [tick(office, "officer")])
    with pytest.raises(Conflict):
        study_sessions.close(early, row.id)
    with pytest.raises(RuleBroken):
        many = [tick(office, "officer")] * (MOST_TICKS + 1)
        study_sessions.receive(office.caller("head", DURING), row.id, many)
    with pytest.raises(NotFound):
        study_sessions.plan(local, NewSession(office.unit_id, SessionKind.FILM, "片", "", "", NOW))
    alone = NewGrant(Role.LIAISON, office.unit_id, None, FIRST_DAY)
    roles.grant(office.system(), office.staff["marker"], alone)
    with pytest.raises(
        Forbidden, match="part_in_reach"
    ):  # the unit alone, without the branch's people
        study_sessions.roll(office.caller("marker", DURING), row.id)
    assert study_sessions.listed(office.caller("marker", DURING), PageSpan(1, 50)) == ([], 0)
    assert study_sessions.listed(office.caller("head", DURING), PageSpan(1, 50))[1] == 1
    for wrong in (
        NewSession(branch, SessionKind.FILM, " ", "", "", NOW),
        NewSession(branch, SessionKind.FILM, "片", "", "", NOW + timedelta(days=400)),
        NewSession(branch, SessionKind.FILM, "片", "", "", NOW, (10**6,)),
    ):
        with pytest.raises(RuleBroken):
            study_sessions.plan(local, wrong)
