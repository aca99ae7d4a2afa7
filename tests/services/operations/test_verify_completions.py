"""Completions that came of attempts agree with the results, whichever attempt counts."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Item
from learnapp.domain.exams.exams import Channel
from learnapp.services.operations.verify_completions import differences
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion


def _exam_item(office):
    return office.session.scalars(select(Item.id).where(Item.exam_id == office.exam_id)).one()


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
