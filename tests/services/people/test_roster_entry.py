"""A roster is brought in whole, once, with a sheet of codes; half a roster makes wrong figures."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.people.models import Grant, Membership, Person, Unit
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import code_sheets
from learnapp.services.accounts.code_sheets import Form, SheetPart
from learnapp.services.files import staged_imports
from learnapp.services.people import people
from learnapp.services.people.roster_entry import sheet_of_roster
from tests.services.people.rosters import SEAL, WITH_ROLES, book, bring, stage
from tests.services.refusals import refused

STATION = [("东城分局", ""), ("派出所", "东城分局")]


def _brought(office, units, people, *header):
    job = stage(office.caller(), office.unit_id, book(units, people, *header))
    bring(office.caller(), job.public_id)
    return sheet_of_roster(office.caller(), job.public_id)


def _roles_of(office, name):
    rows = office.session.execute(
        select(Grant.role, Unit.name, Grant.line_id)
        .join(Unit, Unit.id == Grant.unit_id)
        .join(Person, Person.id == Grant.person_id)
        .where(Person.name == name)
        .order_by(Grant.id)
    )
    return [(role, unit, line is not None) for role, unit, line in rows]


def test_units_of_one_name_under_two_parents_are_two_units(office):
    units = [*STATION, ("西城分局", ""), ("派出所", "西城分局")]
    people = [("甲", "300001", "派出所", "东城分局"), ("乙", "300002", "西城分局/派出所", "")]
    assert _brought(office, units, people).count == 2
    posts = select(Unit.id, Unit.name).where(
        Unit.id == Membership.unit_id,
        Membership.person_id == Person.id,
        Person.name.in_(["甲", "乙"]),
    )
    (first, name), (second, same) = office.session.execute(posts).all()
    assert first != second and name == same == "派出所"


def test_a_unit_brought_again_under_its_parent_is_the_same_unit(office):
    for number in (1, 2):
        _brought(office, STATION, [(f"人{number}", f"30010{number}", "派出所", "东城分局")])
    (one,) = office.session.scalars(select(Unit).where(Unit.name == "派出所"))
    assert one.level == 3


def test_confirming_again_gives_the_same_sheet_and_brings_nobody_in_twice(office):
    job = stage(office.caller(), office.unit_id, book(STATION, [("甲", "300001", "派出所", "")]))
    assert bring(office.caller(), job.public_id) is bring(office.caller(), job.public_id) is job
    sheet = sheet_of_roster(office.caller(), job.public_id)
    read = code_sheets.read(office.caller(), SEAL, sheet.public_id, SheetPart(Form.PAGE))
    assert [each.login_name for each in read.lines] == ["300001"]
    assert len(office.session.scalars(select(Person).where(Person.name == "甲")).all()) == 1


def test_while_one_row_is_doubtful_nobody_comes_in(office):
    people = [("甲", "300001", "派出所", ""), ("乙", "officer", "派出所", "")]
    job = stage(office.caller(), office.unit_id, book(STATION, people))
    with refused("roster_has_troubles") as refusal:
        bring(office.caller(), job.public_id)
    assert refusal.params["count"] == 1
    assert office.session.scalars(select(Person).where(Person.name == "甲")).all() == []
    with refused("codes_unknown"):
        sheet_of_roster(office.caller(), job.public_id)


def test_a_cancelled_roster_brings_nobody_in(office):
    job = stage(office.caller(), office.unit_id, book(STATION, [("甲", "300001", "派出所", "")]))
    staged_imports.cancel(office.caller(), job.public_id, ImportKind.ROSTER)
    with refused("import_ended"):
        bring(office.caller(), job.public_id)


def test_a_role_may_name_the_unit_it_is_over_and_is_over_the_own_unit_otherwise(office):
    people = [
        ("甲", "300001", "派出所", "", "阅卷人＠城西分局、联络员", ""),
        ("乙", "300002", "派出所", "", "阅卷人，监考@派出所", "东城分局"),
        ("丙", "300003", "城西分局", "", "干警", ""),
    ]
    _brought(office, [*STATION, ("城西分局", "")], people, WITH_ROLES)
    assert _roles_of(office, "甲") == [("marker", "城西分局", True), ("liaison", "派出所", True)]
    assert _roles_of(office, "乙") == [("marker", "东城分局", True), ("proctor", "派出所", True)]
    assert _roles_of(office, "丙") == []


def test_what_became_doubtful_before_it_was_confirmed_refuses_the_whole(office):
    job = stage(office.caller(), office.unit_id, book(STATION, [("甲", "300001", "派出所", "")]))
    people.add_person(office.caller(), "先来的", [(LoginKind.BADGE, "300001")])
    with refused("roster_has_troubles"):
        bring(office.caller(), job.public_id)
    assert job.state == JobState.STAGED
