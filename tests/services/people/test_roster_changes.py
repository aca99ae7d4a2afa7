"""A roster moves, changes and retires people as their own pages do; what a rule refuses is left."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from learnapp.db.core.temporal import in_force
from learnapp.db.exams.roll import _holds
from learnapp.db.files import imports as import_queries
from learnapp.db.people import roster_match
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import LoginName, Membership, Person, Unit
from learnapp.db.progress.figure_facts import EVERYBODY, MemberChoice, Moment, facts_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.files.imports import JobState
from learnapp.domain.people.people import LoginKind
from learnapp.domain.people.roster_difference import RosterScope, RowChoice
from learnapp.domain.study.programme import Audience
from learnapp.services.operations import verify
from learnapp.services.people import roster_changes, roster_choices
from learnapp.services.people.roster_changes import RosterChange
from learnapp.services.people.roster_choices import Chosen
from learnapp.services.study import plan_calendar
from learnapp.services.study.publishing_reach import people_asked
from tests.services.people.rosters import book, bring, stage
from tests.small_office import NOW

UNITS = [("东城分局", ""), ("西城分局", "")]
HEADER = ("姓名", "警号", "手机号", "单位", "人员类别", "角色")
PEOPLE = [
    ("甲", "300001", "", "东城分局", "民警", ""), ("乙", "300002", "", "东城分局", "民警", ""),
    ("丙", "300003", "", "东城分局", "民警", ""),
]  # fmt: skip


@pytest.fixture
def served(office):
    """Two units, one with three people."""
    job = stage(office.caller(), office.unit_id, book(UNITS, PEOPLE, HEADER))
    bring(office.caller(), job.public_id)
    return office


def _person(office, name):
    return office.session.scalars(select(Person).where(Person.name == name)).one()


def _recorded(office, name):
    person = _person(office, name)
    line_id, day = default_line(office.session).id, local_day(NOW)
    return roster_match.recorded(office.session, [person.id], line_id, day)[person.id]


def _stage(office, people, scope=RosterScope.UNITS):
    return stage(office.caller(), office.unit_id, book([], people, HEADER), scope)


def test_people_are_moved_changed_and_retired_and_figures_agree(served):
    people = [
        ("甲", "300001", "13800000001", "西城分局", "辅警", "阅卷人"),
        ("乙", "300002", "", "东城分局", "民警", ""),
    ]
    job = _stage(served, people)
    rows = {row.record["name"]: row for row in import_queries.rows_of(served.session, job)}
    gone = {rows["丙"].ordinal: Chosen(RowChoice.TAKE)}
    roster_choices.decide(served.caller(), job.public_id, gone)
    assert bring(served.caller(), job.public_id).counts["changed"] == 2
    moved = _recorded(served, "甲")
    west = served.session.scalars(select(Unit.id).where(Unit.name == "西城分局")).one()
    assert (moved.unit_id, moved.category) == (west, "auxiliary")
    assert moved.logins[LoginKind.MOBILE] == "13800000001"
    assert {(role, unit) for role, unit, _ in moved.roles} == {("marker", west)}
    assert _person(served, "丙").retired_at is not None
    assert _person(served, "乙").retired_at is None
    assert verify.differences(served.session, NOW) == []


def test_a_row_says_which_post_and_from_which_day(served):
    header = ("姓名", "警号", "单位", "岗位", "生效日期")
    people = [
        ("甲", "300001", "东城分局", "社区警务", "2026年11月2日"),
        ("乙", "300002", "东城分局", "", "2026-11-02"),
        ("新来", "300010", "东城分局", "窗口", datetime(2026, 11, 3)),
    ]
    data = book([], people, header)
    job = stage(served.caller(), served.unit_id, data, RosterScope.UNITS)
    bring(served.caller(), job.public_id)
    found = {
        name: (row.post, row.valid_from)
        for name, row in served.session.execute(
            select(Person.name, Membership)
            .join(Membership, Membership.person_id == Person.id)
            .where(in_force(Membership, local_day(NOW)), Person.name.in_(["甲", "乙", "新来"]))
        )
    }
    assert found == {
        "甲": ("社区警务", date(2026, 11, 2)),
        "乙": ("", local_day(NOW)),
        "新来": ("窗口", date(2026, 11, 3)),
    }
    line_id, at = default_line(served.session).id, Moment(NOW)
    whom = [_person(served, name).id for name in ("甲", "乙", "新来")]
    ways = (MemberChoice(whom), MemberChoice(whom[:1]), EVERYBODY)
    seen = [facts_of(served.session, line_id, at, (), each) for each in ways]
    assert [{each.post for each in facts if each.person_id == whom[0]} for facts in seen] == [
        {"社区警务"}
    ] * 3
    audience = Audience(posts=frozenset({"社区警务", "窗口"}))
    assert people_asked(served.session, line_id, NOW, [audience]) == 2
    asked = select(Membership.person_id).where(*_holds(audience, line_id, at.day))
    assert set(served.session.scalars(asked.where(in_force(Membership, at.day)))) == {
        whom[0], whom[2],
    }  # fmt: skip
    offered = plan_calendar.posts_to_choose(served.caller(), {"刑侦"})
    assert offered == ["窗口", "社区警务", "刑侦"]
    assert verify.differences(served.session, NOW) == []


def test_a_file_of_additions_leaves_everybody_who_is_there(served):
    job = _stage(served, [("甲", "300001", "", "西城分局", "辅警", "")], RosterScope.ADDITIONS)
    before = _recorded(served, "甲")
    assert bring(served.caller(), job.public_id).state == JobState.DONE
    assert _recorded(served, "甲") == before


def test_a_new_number_takes_the_place_of_the_one_before_once_it_was_decided_who_is_meant(served):
    job = _stage(served, [("甲", "300009", "", "东城分局", "民警", "")])
    row = next(
        each for each in import_queries.rows_of(served.session, job) if each.outcome == "to_confirm"
    )
    same = Chosen(RowChoice.SAME, _person(served, "甲").id)
    roster_choices.decide(served.caller(), job.public_id, {row.ordinal: same})
    bring(served.caller(), job.public_id)
    assert _recorded(served, "甲").logins == {LoginKind.BADGE: "300009"}
    held = served.session.scalars(
        select(LoginName.name).where(LoginName.name == "300001", LoginName.valid_to.is_(None))
    )
    assert held.all() == []


def test_who_left_and_is_in_the_file_again_comes_back(served):
    person = _person(served, "甲")
    caller = served.caller()
    assert roster_changes.carry_out(caller, [(1, RosterChange(person.id, None))]) == []
    job = _stage(served, [("甲", "300001", "", "西城分局", "民警", "")])
    bring(served.caller(), job.public_id)
    assert person.retired_at is None
    assert served.session.get(Unit, _recorded(served, "甲").unit_id).name == "西城分局"


def test_oneself_is_left_out_with_the_reason_and_the_others_come_in(served):
    me = served.staff["admin"]
    change = [(5, RosterChange(me, None)), (6, RosterChange(_person(served, "甲").id, None))]
    (refusal,) = roster_changes.carry_out(served.caller("admin"), change)
    assert (refusal[0], refusal[1].code) == (5, "own_case")
    assert served.session.get(Person, me).retired_at is None
    assert _person(served, "甲").retired_at is not None
