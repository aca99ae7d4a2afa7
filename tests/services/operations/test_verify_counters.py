"""People's counters agree with the facts, units' with their people's; differences are named by their ids."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from learnapp.db.progress import tally_store
from learnapp.db.progress.models import Standing
from learnapp.domain.people.people import UnitKind
from learnapp.services.operations import verify_counters
from learnapp.services.operations.verify import differences
from learnapp.services.people import people


def test_a_counter_that_is_not_what_the_facts_say_is_named(office):
    who = office.staff["officer"]
    mine = (Standing.stage_id == office.stage_id) & (Standing.person_id == who)
    office.session.execute(update(Standing).where(mine).values(done=Standing.done + 1))
    (line,) = differences(office.session, office.early)
    assert line.startswith(f"stage {office.stage_id} person {who}: ")


def test_a_unit_that_is_counted_but_stands_nowhere_is_named(office):
    nowhere = people.add_unit(office.system(), "外单位", UnitKind.POLICE, 3).id
    mine = Standing.person_id == office.staff["officer"]
    office.session.execute(update(Standing).where(mine).values(unit_id=nowhere))
    found = differences(office.session, office.early)
    assert f"stage {office.stage_id} unit {nowhere}: counted, but not on the line" in found


def test_a_due_time_that_is_not_the_persons_is_named_though_nothing_is_due_yet(office):
    """No count of today differs: the difference would show on the day on which it falls due."""
    who = office.staff["officer"]
    mine = (Standing.stage_id == office.stage_id) & (Standing.person_id == who)
    row = office.session.scalars(select(Standing).where(mine)).one()
    plan = tally_store.plan_of(office.session, office.stage_id)
    kept = plan.unpack(row.unit_id, row.signs, row.moved)
    last = max(kept.entries, key=lambda each: each.due_at)
    assert last.due_at > office.early
    moved = {str(last.requirement_id): (last.due_at + timedelta(days=7)).isoformat()}
    office.session.execute(update(Standing).where(mine).values(moved=moved))
    found = differences(office.session, office.early)
    assert any(each.startswith(f"stage {office.stage_id} person {who}: kept ") for each in found)


def test_signs_of_another_length_are_named(office):
    who = office.staff["officer"]
    mine = (Standing.stage_id == office.stage_id) & (Standing.person_id == who)
    office.session.execute(update(Standing).where(mine).values(signs="o"))
    found = differences(office.session, office.early)
    assert any(f"person {who}: 1 signs are kept" in each for each in found)


def test_a_difference_is_found_by_the_columns_of_many_as_by_one_persons_rule(office, monkeypatch):
    """The plain rule of one person is asked of some people only: the others' differences are found."""
    monkeypatch.setattr(verify_counters, "_ONE_BY_ONE", 0)
    monkeypatch.setattr(verify_counters, "_SAMPLE", 10_000)
    assert differences(office.session, office.early) == []
    last = office.session.scalar(select(func.max(Standing.person_id)))
    mine = (Standing.stage_id == office.stage_id) & (Standing.person_id == last)
    row = office.session.scalars(select(Standing).where(mine)).one()
    signs = row.signs.replace("o", "d", 1)
    office.session.execute(update(Standing).where(mine).values(signs=signs))
    found = differences(office.session, office.early)
    assert any(f"person {last}: " in each for each in found)
