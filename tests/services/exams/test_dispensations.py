"""缓考 and 免考: asked by one, approved by another, followed by the roll, the figures and the person's list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams import dispensations as queries
from learnapp.db.exams.dispensations import DispensationFilter
from learnapp.db.exams.models import Dispensation
from learnapp.db.notices.models import Notice
from learnapp.db.operations.models import AuditEntry
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.dispensations import DispensationKind, DispensationState, NewDispensation
from learnapp.domain.exams.mark_sheet import Remark
from learnapp.domain.exams.roll import RollState
from learnapp.domain.study.owed import OwedState
from learnapp.services.exams import dispensations, results
from learnapp.services.operations import desk
from learnapp.services.people import people
from learnapp.services.study import owed
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES, agree

DEFERRED = NewDispensation(DispensationKind.DEFERRAL, date(2026, 12, 2), "住院")
EXEMPT = NewDispensation(DispensationKind.EXEMPTION, None, "公差")


def _ask(office, login="officer", new=DEFERRED, by="head", now=EARLY):
    dispensations.ask(office.caller(by, now), office.window_id, [office.staff[login]], new)
    return office.session.scalars(select(Dispensation.id).order_by(Dispensation.id.desc())).first()


def _approve(office, made, now=EARLY):
    return dispensations.decide(office.caller("admin", now), made, True, "")


def _standing(office, now=CLOSES):
    found = results.of_window(office.caller("admin", now), office.window_id)
    return {row.badge: (row.state, row.line.remark) for row in found.rows}, found.totals


def test_a_deferral_leaves_the_windows_roll_and_stays_owed(office):
    made = _ask(office)
    assert _standing(office, EARLY)[0]["officer"][0] is RollState.NOT_YET  # nothing before approval
    assert _approve(office, made) and not _approve(office, made)
    states, totals = _standing(office)
    assert states["officer"] == (RollState.AWAY, Remark.DEFERRED)
    assert (totals.expected, totals.deferred, totals.absent) == (4, 1, 4)
    mine = owed.exam_of(office.session, office.staff["officer"], office.exam_id, EARLY)
    assert mine.owed.state is OwedState.DEFERRED
    agree(office.session, EARLY)
    assert office.session.scalars(select(Notice.code)).all() == ["dispensation"]
    said = office.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("dispensation"))
    )
    assert sorted(said) == ["dispensation.approved", "dispensation.asked"]


def test_an_exemption_is_owed_no_more_and_taken_back_in_time_it_is_again(office):
    made = _ask(office, new=EXEMPT)
    _approve(office, made)
    assert _standing(office)[0]["officer"] == (RollState.EXCUSED, Remark.EXCUSED)
    mine = owed.exam_of(office.session, office.staff["officer"], office.exam_id, EARLY)
    assert mine.owed.state is OwedState.EXCUSED
    agree(office.session, EARLY)
    with pytest.raises(Conflict, match="dispensation_held"):
        dispensations.withdraw(office.caller("admin", CLOSES), made, "来了")
    with pytest.raises(Forbidden):  # who asked cannot undo what another approved
        dispensations.withdraw(office.caller("head", EARLY), made, "来了")
    assert dispensations.withdraw(office.caller("admin", EARLY), made, "来了")
    assert not dispensations.withdraw(office.caller("admin", EARLY), made, "来了")
    assert _standing(office)[0]["officer"][0] is RollState.ABSENT
    agree(office.session, EARLY)
    assert _ask(office, new=EXEMPT) != made  # and may be asked for again


@pytest.mark.parametrize(
    ("login", "window", "code"),
    [("officer", None, "dispensation_there"), ("other", None, "dispensation_sat")],
)
def test_nothing_is_asked_twice_or_for_who_has_begun(office, login, window, code):
    office.hand_in("other")
    _ask(office)
    with pytest.raises(RuleBroken) as refused:
        _ask(office, login)
    assert (refused.value.field, refused.value.code) == ("people", code)


def test_a_window_that_is_over_and_people_beyond_reach_cannot_be_asked_about(office):
    with pytest.raises(NotFound):
        _ask(office, now=CLOSES)
    office.add_branch()
    with pytest.raises(RuleBroken, match="dispensation_not_asked"):
        _ask(office, "officer", by="local")  # of the unit above
    outsider = people.add_person(office.system(), "外人", [])
    office.staff["outsider"] = outsider.id
    with pytest.raises(RuleBroken, match="dispensation_not_asked"):
        _ask(office, "outsider")


def test_it_is_listed_for_who_reaches_the_person_or_the_exam_and_waits_on_the_desk(office):
    office.add_branch()
    made = _ask(office)

    def listed(login):
        found, total = dispensations.listed(
            office.caller(login, EARLY), DispensationFilter(DispensationState.ASKED), 0, 50
        )
        assert total == len(found)
        return [(each.row.id, each.person, each.decidable) for each in found]

    name = "officer甲"
    assert listed("admin") == [(made, name, True)] and listed("head") == [(made, name, False)]
    assert listed("local") == []
    with pytest.raises(Forbidden):
        listed("officer")
    with pytest.raises(NotFound):
        dispensations.one(office.caller("local", EARLY), made)
    assert dict(desk.tasks_of(office.caller("admin", EARLY)))["dispensation"].count == 1
    mine = office.appoint("head", Role.TEST_OWNER)
    assert dict(desk.tasks_of(mine))["dispensation"].count == 0  # asked by oneself
    with pytest.raises(RuleBroken, match="asked_by_self"):
        dispensations.decide(office.caller("head", EARLY), made, True, "")
    assert dispensations.decide(office.caller("admin", EARLY + timedelta(1)), made, False, "不够")
    assert listed("admin") == []


def test_an_approval_looks_again_at_what_held_when_it_was_asked(office):
    sat, absent = _ask(office, new=EXEMPT), _ask(office, "other", new=EXEMPT)
    office.hand_in("officer")
    with pytest.raises(RuleBroken, match="dispensation_sat"):
        _approve(office, sat)
    with pytest.raises(Conflict, match="dispensation_late"):
        _approve(office, absent, CLOSES)
    assert _standing(office)[0]["officer"][0] is RollState.SAT
    assert dispensations.decide(office.caller("admin", CLOSES), sat, False, "已经考了")


def test_a_repeated_withdrawal_says_so_to_who_asked(office):
    made, head = _ask(office), office.caller("head", EARLY)
    assert dispensations.withdraw(head, made, "来了") and not dispensations.withdraw(
        head, made, "来了"
    )


def test_a_window_that_the_list_has_no_room_for_can_be_asked_about(office, monkeypatch):
    monkeypatch.setattr(queries, "MOST_WINDOWS", 0)
    head = office.caller("head", EARLY)
    assert dispensations.windows_to_ask(head) == []
    assert [row.id for row, _ in dispensations.windows_to_ask(head, office.window_id)] == [
        office.window_id
    ]
    assert _ask(office)
