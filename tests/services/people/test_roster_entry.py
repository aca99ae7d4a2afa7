"""A roster is brought in whole, once, with a sheet of codes; half a roster makes wrong figures."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.files.models import ImportRow
from learnapp.db.people.models import Grant, Membership, Person, Unit
from learnapp.db.progress import counters
from learnapp.db.progress.models import Standing
from learnapp.domain.files.imports import MOST_ATTEMPTS, ImportKind, JobState
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import code_sheets
from learnapp.services.accounts.code_sheets import Form, SheetPart
from learnapp.services.files import staged_imports
from learnapp.services.people import people, roster_entry
from learnapp.services.people.roster_entry import sheet_of_roster
from tests.services.people.rosters import SEAL, WITH_ROLES, book, bring, stage
from tests.services.refusals import refused
from tests.small_office import NOW

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


def _many(office, count=roster_entry.AT_ONCE + 30):
    """A large roster, confirmed and not yet begun: units out of order, people in two of them."""
    units = [(f"派出所{n}", "东城分局") for n in range(20, 0, -1)]
    people = [
        (f"人{n:03}", f"30{n:04}", f"派出所{1 + n % 2 * 10}", "东城分局") for n in range(count)
    ]
    job = stage(office.caller(), office.unit_id, book([("东城分局", ""), *units], people))
    return bring(office.caller(), job.public_id)


def _work(office, job):
    """What the scheduler does, each part twice."""
    while not (part := roster_entry.next_part(office.session, NOW, job.id)).is_last:
        for _again in range(2):
            roster_entry.enter_part(office.session, NOW, SEAL, part)
    ordered = roster_entry.codes_in_order(office.session, NOW, job.id)
    for start in range(0, len(ordered), 25):
        roster_entry.place_codes(office.session, job.id, ordered[start : start + 25], start)
    for _again in range(2):
        roster_entry.finish(office.session, NOW, job.id)


def _come(office):
    return office.session.scalars(select(Person.name).where(Person.name.like("人%"))).all()


def test_a_large_roster_comes_in_part_by_part_with_its_codes_by_unit_and_name(office):
    job = _many(office)
    assert (job.state, _come(office)) == (JobState.ENTERING, [])
    with refused("codes_unknown"):
        sheet_of_roster(office.caller(), job.public_id)
    _work(office, job)
    assert job.state == JobState.DONE and len(_come(office)) == roster_entry.AT_ONCE + 30
    sheet = sheet_of_roster(office.caller(), job.public_id)
    lines = code_sheets.read(office.caller(), SEAL, sheet.public_id, SheetPart(Form.PAGE)).lines
    assert len(lines) == sheet.count == roster_entry.AT_ONCE + 30
    assert all(line.code for line in lines)
    assert lines == sorted(lines, key=lambda line: (line.unit.endswith("11"), line.name))
    assert next(iter(lines)).unit.endswith("派出所1")


def test_everybody_of_a_large_roster_is_counted(office):
    job = _many(office)
    _work(office, job)
    counted = select(Standing.person_id).distinct().join(Person, Person.id == Standing.person_id)
    names = office.session.scalars(counted.where(Person.name.like("人%"))).all()
    assert len(names) == roster_entry.AT_ONCE + 30
    assert not counters.anybody_waits(office.session, NOW)


def test_a_row_that_somebody_took_the_login_name_of_meanwhile_is_left_and_named(office):
    job = _many(office)
    people.add_person(office.caller(), "先来的", [(LoginKind.BADGE, "300007")])
    _work(office, job)
    assert (job.state, len(_come(office))) == (JobState.DONE, roster_entry.AT_ONCE + 29)
    (left,) = office.session.scalars(
        select(ImportRow).where(ImportRow.job_id == job.id, ImportRow.outcome == "left")
    )
    assert left.record["name"] == "人007" and left.reasons[0]["code"] == "login_name_taken"
    assert sheet_of_roster(office.caller(), job.public_id).count == roster_entry.AT_ONCE + 29


def test_what_became_doubtful_before_it_was_confirmed_refuses_the_whole(office):
    job = stage(office.caller(), office.unit_id, book(STATION, [("甲", "300001", "派出所", "")]))
    people.add_person(office.caller(), "先来的", [(LoginKind.BADGE, "300001")])
    with refused("roster_has_troubles"):
        bring(office.caller(), job.public_id)
    assert job.state == JobState.STAGED


def test_a_roster_broken_off_goes_on_after_the_last_part_when_it_is_confirmed_again(office):
    job, session = _many(office), office.session
    assert staged_imports.begin_entering(session, NOW, job.id)
    for _part in range(4):
        part = roster_entry.next_part(session, NOW, job.id)
        roster_entry.enter_part(session, NOW, SEAL, part)
    assert job.attempts == 0 and 0 < len(_come(office)) < roster_entry.AT_ONCE + 30
    tries = [staged_imports.begin_entering(session, NOW, job.id) for _ in range(MOST_ATTEMPTS + 2)]
    assert tries == [True] * MOST_ATTEMPTS + [False] * 2
    assert job.state == JobState.STAGED and job.settings["broken_off"]
    bring(office.caller(), job.public_id)
    _work(office, job)
    assert (job.state, len(_come(office))) == (JobState.DONE, roster_entry.AT_ONCE + 30)
