"""What is derived agrees with the facts, and each disagreement is named by its ids."""

from __future__ import annotations

from sqlalchemy import select, update

from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.progress.models import Standing
from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Item
from learnapp.domain.exams.exams import Channel
from learnapp.domain.people.people import UnitKind
from learnapp.services.operations.verify import differences
from learnapp.services.people import people
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion


def _exam_item(office):
    return office.session.scalars(select(Item.id).where(Item.exam_id == office.exam_id)).one()


def test_an_office_that_was_made_by_the_services_agrees_with_itself(office):
    office.hand_in("officer")
    assert differences(office.session, office.early) == []


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


def test_a_pass_that_completes_nothing_and_a_completion_without_a_pass_are_named(office):
    office.session.get_one(Exam, office.exam_id).pass_mark = 0
    office.hand_in("officer")
    item, early = _exam_item(office), office.early
    held = standing_completion(office.session, office.staff["officer"], item)
    completions.withdraw_by_rule(office.session, early, held.id, "试")
    attempt_id = office.session.scalars(select(Attempt.id)).one()
    (line,) = differences(office.session, early)
    assert line.endswith(f"attempt {attempt_id} was passed and counts, but completes nothing")
    office.session.get_one(Exam, office.exam_id).pass_mark = 100_000
    who, source = office.staff["other"], f"attempt:{attempt_id}"
    made = completions.complete(
        office.system(early), NewCompletion(who, item, Channel.ONLINE, {}, source)
    )
    found = differences(office.session, early)
    named = f"completion {made} holds, but no attempt that counts was passed"
    assert any(each.endswith(named) for each in found)
