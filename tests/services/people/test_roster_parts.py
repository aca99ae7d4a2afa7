"""A large roster comes in part by part, whole, once; before the first part every row is looked at."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.files.models import ImportRow
from learnapp.db.people.models import Person
from learnapp.db.progress import counters
from learnapp.db.progress.models import Standing
from learnapp.domain.files.imports import MOST_ATTEMPTS, JobState
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.services.accounts import code_sheets
from learnapp.services.accounts.code_sheets import Form, SheetPart
from learnapp.services.files import staged_imports
from learnapp.services.people import people, roster_entry, roster_parts
from learnapp.services.people.roster_entry import sheet_of_roster
from tests.services.people.rosters import SEAL, book, bring, stage
from tests.services.refusals import refused
from tests.small_office import NOW


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
    while not (part := roster_parts.next_part(office.session, NOW, job.id)).is_last:
        for _again in range(2):
            roster_parts.enter_part(office.session, NOW, SEAL, part)
    ordered = roster_parts.codes_in_order(office.session, NOW, job.id)
    for start in range(0, len(ordered), 25):
        roster_parts.place_codes(office.session, job.id, ordered[start : start + 25], start)
    for _again in range(2):
        roster_parts.finish(office.session, NOW, job.id)


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


def test_a_roster_broken_off_goes_on_after_the_last_part_when_it_is_confirmed_again(office):
    job, session = _many(office), office.session
    assert staged_imports.begin_entering(session, NOW, job.id)
    for _part in range(4):
        part = roster_parts.next_part(session, NOW, job.id)
        roster_parts.enter_part(session, NOW, SEAL, part)
    assert job.attempts == 0 and 0 < len(_come(office)) < roster_entry.AT_ONCE + 30
    tries = [staged_imports.begin_entering(session, NOW, job.id) for _ in range(MOST_ATTEMPTS + 2)]
    assert tries == [True] * MOST_ATTEMPTS + [False] * 2
    assert job.state == JobState.STAGED and job.settings["broken_off"]
    bring(office.caller(), job.public_id)
    _work(office, job)
    assert (job.state, len(_come(office))) == (JobState.DONE, roster_entry.AT_ONCE + 30)


def _looked_at(office, job):
    check = roster_parts.check_again(office.session, NOW, job.id)
    while check.look_on(office.session):
        pass
    return check.doubtful


def test_a_large_roster_is_looked_at_again_once_before_anybody_comes_in(office):
    job = _many(office)
    assert _looked_at(office, job) == {}
    roster_parts.let_in(office.session, job.id)
    assert roster_parts.check_again(office.session, NOW, job.id) is None


def test_what_became_doubtful_meanwhile_puts_a_large_roster_back_and_is_named(office):
    job = _many(office)
    people.add_person(office.caller(), "先来的", [(LoginKind.BADGE, "300007")])
    twin = people.add_unit(office.system(), "派出所1", UnitKind.POLICE, 3)
    people.place_unit(office.system(), office.line_id, office.unit_id, twin.id, NOW.date())
    doubtful = _looked_at(office, job)
    assert [each.code for each in doubtful.values()] == ["login_name_taken"]
    roster_parts.put_back(office.session, job.id, doubtful)
    assert job.state == JobState.STAGED and job.counts["to_confirm"] == 1
    with refused("roster_has_troubles"):
        bring(office.caller(), job.public_id)
    (row,) = office.session.scalars(select(ImportRow).where(ImportRow.outcome == "to_confirm"))
    assert row.record["name"] == "人007" and _come(office) == []


def test_units_are_read_again_only_when_one_has_changed(office):
    units, caller = roster_parts.RosterUnits(), office.caller()
    first = units.tree(caller)
    assert units.tree(caller) is first
    made = people.add_unit(office.system(), "新所", UnitKind.POLICE, 3)
    people.place_unit(office.system(), office.line_id, office.unit_id, made.id, NOW.date())
    assert units.tree(caller).find("新所") == [made.id] and first.find("新所") == []
