"""A roster tells units of one name apart, and doubts what Excel may have eaten."""

from __future__ import annotations

import io
from hashlib import sha256

import openpyxl
import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.sealing import Seal
from learnapp.db.people.models import Grant, Membership, Person, Unit
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Actor
from learnapp.services.files import staged_imports
from learnapp.services.people import roster, search
from learnapp.services.people.roster_confirmation import confirm_roster
from learnapp.services.people.roster_file import read_roster
from tests.small_office import NOW, build

SEAL = Seal(b"k" * 64)


@pytest.fixture
def office(office_url):
    """A database with the small installation: the session maker, the admin, the top unit."""
    database = Database(make_engine(office_url))
    with database.writing() as session:
        _staff, unit_id, *_ = build(session)
        admin = Actor(1, grants_of(session, 1, local_day(NOW)))
    yield database, admin, unit_id
    database.engine.dispose()


def _book(units, staff, header=("姓名", "警号", "单位", "上级单位")):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "单位"
    sheet.append(("单位名称", "上级单位"))
    for row in units:
        sheet.append(row)
    sheet = book.create_sheet("人员")
    sheet.append(header)
    for row in staff:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _stage(session, admin, unit_id, data):
    file = staged_imports.keep_file(
        Caller(session, admin, NOW),
        unit_id,
        sha256(data).hexdigest(),
        len(data),
        "名册.xlsx",
        "xlsx",
    )
    return roster.stage_roster(Caller(session, admin, NOW), file, read_roster(data, "名册.xlsx"))


def _codes(session, job):
    rows = staged_imports.rows_of(session, job, size=0)
    return {row.record["name"]: [each["code"] for each in row.reasons] for row in rows}


def test_units_of_one_name_under_two_parents_are_two_units(office):
    database, admin, unit_id = office
    units = [("东城分局", ""), ("西城分局", ""), ("派出所", "东城分局"), ("派出所", "西城分局")]
    staff = [("甲", "300001", "派出所", "东城分局"), ("乙", "300002", "西城分局/派出所", "")]
    with database.writing() as session:
        job = _stage(session, admin, unit_id, _book(units, staff))
        issued = confirm_roster(Caller(session, admin, NOW), job.public_id, SEAL)
        assert issued.count == 2
        places = dict(
            session.execute(
                select(Person.name, Membership.unit_id)
                .join(Membership, Membership.person_id == Person.id)
                .where(Person.name.in_(["甲", "乙"]))
            ).all()
        )
        assert places["甲"] != places["乙"]
        named = session.scalars(select(Unit.name).where(Unit.id.in_(places.values()))).all()
        assert named == ["派出所", "派出所"]
    with database.writing() as session:
        again = [("丙", "300003", "派出所", ""), ("丁", "300004", "东城分局／派出所", "")]
        job = _stage(session, admin, unit_id, _book([], again))
        assert _codes(session, job) == {"丙": ["unit_ambiguous"], "丁": []}
        with pytest.raises(RuleBroken):
            confirm_roster(Caller(session, admin, NOW), job.public_id, SEAL)


def test_a_unit_brought_again_under_its_parent_is_the_same_unit(office):
    database, admin, unit_id = office
    units = [("东城分局", ""), ("派出所", "东城分局")]
    with database.writing() as session:
        for number in (1, 2):
            staff = [(f"人{number}", f"30010{number}", "派出所", "东城分局")]
            job = _stage(session, admin, unit_id, _book(units, staff))
            confirm_roster(Caller(session, admin, NOW), job.public_id, SEAL)
        assert len(session.scalars(select(Unit).where(Unit.name == "派出所")).all()) == 1


def test_a_number_among_text_of_six_digits_is_a_doubt_and_text_is_not(office):
    database, admin, unit_id = office
    top = "云岭市委政法委"
    staff = [
        ("甲", "012345", top, ""), ("乙", "234567", top, ""), ("丙", 34567, top, ""),
        ("丁", 345678, top, ""), ("戊", "4567", top, ""),
    ]  # fmt: skip
    with database.writing() as session:
        job = _stage(session, admin, unit_id, _book([], staff))
        codes = _codes(session, job)
        assert codes == {"甲": [], "乙": [], "丙": ["zeros_eaten"], "丁": [], "戊": []}
        row = next(
            r for r in staged_imports.rows_of(session, job, size=0) if r.record["name"] == "丙"
        )
        assert row.reasons[0]["params"]["proposed"] == "034567"


def test_people_are_found_by_any_spelling_and_namesakes_told_apart_by_login(office):
    database, admin, unit_id = office
    staff = [
        ("曾　育才", "300001", "云岭市委政法委", ""),
        ("曾育才", "300002", "云岭市委政法委", ""),
    ]
    with database.writing() as session:
        job = _stage(session, admin, unit_id, _book([], staff))
        confirm_roster(Caller(session, admin, NOW), job.public_id, SEAL)
        for wanted in ("曾育才", "曾 育才", "zengyucai", "ZYC", "zeng yu"):
            found, total = search.people_in_reach(Caller(session, admin, NOW), wanted, 1)
            assert total == 2, wanted
            assert [(each.name, each.login_name) for each in found] == [
                ("曾育才", "300001"), ("曾育才", "300002"),
            ]  # fmt: skip
        assert search.people_in_reach(Caller(session, admin, NOW), "３００００２", 1)[1] == 1
        assert search.people_in_reach(Caller(session, admin, NOW), "政法委", 1)[1] >= 2
        assert search.people_in_reach(Caller(session, admin, NOW), "100%", 1)[1] == 0


_ROLES = ("姓名", "警号", "单位", "上级单位", "角色", "角色单位")


def _roles_of(session, name):
    rows = session.execute(
        select(Grant.role, Unit.name, Grant.line_id)
        .join(Unit, Unit.id == Grant.unit_id)
        .join(Person, Person.id == Grant.person_id)
        .where(Person.name == name)
        .order_by(Grant.id)
    )
    return [(role, unit, line is not None) for role, unit, line in rows]


def test_a_role_may_name_the_unit_it_is_over_and_is_over_the_own_unit_otherwise(office):
    database, admin, unit_id = office
    units = [("东城分局", ""), ("派出所", "东城分局"), ("城西分局", "")]
    staff = [
        ("甲", "300001", "派出所", "", "阅卷人＠城西分局、联络员", ""),
        ("乙", "300002", "派出所", "", "阅卷人，监考@派出所", "东城分局"),
        ("丙", "300003", "城西分局", "", "干警", ""),
    ]
    with database.writing() as session:
        job = _stage(session, admin, unit_id, _book(units, staff, _ROLES))
        assert not any(_codes(session, job).values())
        told = [
            row.record.get("roles_over") for row in staged_imports.rows_of(session, job, size=0)
        ]
        assert [{"role": "阅卷人", "unit": "城西分局"}] in told
        confirm_roster(Caller(session, admin, NOW), job.public_id, SEAL)
        assert _roles_of(session, "甲") == [
            ("marker", "城西分局", True),
            ("liaison", "派出所", True),
        ]
        assert _roles_of(session, "乙") == [
            ("marker", "东城分局", True),
            ("proctor", "派出所", True),
        ]
        assert _roles_of(session, "丙") == []


def test_a_roles_unit_of_which_there_are_two_or_none_is_a_doubt_and_nobody_comes_in(office):
    database, admin, unit_id = office
    units = [("东城分局", ""), ("派出所", "东城分局"), ("西城分局", ""), ("派出所", "西城分局")]
    staff = [
        ("甲", "300001", "东城分局", "", "阅卷人@派出所", ""),
        ("乙", "300002", "东城分局", "", "阅卷人", "外星分局"),
        ("丙", "300003", "东城分局", "", "阅卷人@西城分局/派出所", ""),
        ("丁", "300004", "东城分局", "", "", "东城分局"),
    ]
    with database.writing() as session:
        job = _stage(session, admin, unit_id, _book(units, staff, _ROLES))
        found = _codes(session, job)
        assert (found["甲"], found["乙"], found["丙"], found["丁"]) == (
            ["unit_ambiguous"],
            ["unit_unknown"],
            [],
            ["role_needed"],
        )
        with pytest.raises(RuleBroken):
            confirm_roster(Caller(session, admin, NOW), job.public_id, SEAL)
