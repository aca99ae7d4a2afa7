"""A person's own week: what to do, what waits, what is done, each with the soonest due first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from learnapp.db.exams.models import Exam
from learnapp.db.study.models import Portion
from learnapp.domain.exams.exams import Channel, Release
from learnapp.domain.study.my_week import WeekGroup
from learnapp.services.exams import attempt_start
from learnapp.services.study import completions, portions
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.my_week import own_week
from tests.small_office import NOW


def _week(office, now, login="officer"):
    """The titles in each group that is not empty."""
    found = own_week(office.session, office.staff[login], now)
    assert set(found) == set(WeekGroup)
    return {group.value: [each.title for each in items] for group, items in found.items() if items}


def test_what_is_owed_moves_from_to_do_to_done_as_it_is_met(office):
    before = _week(office, office.early)
    assert before == {"due": ["周测", "读物"]}
    portion = office.session.scalars(select(Portion.id)).one()
    opened = portions.open_portion(office.caller("officer", office.early), portion)
    item = opened.item.id
    completions.complete(
        office.system(office.early),
        NewCompletion(office.staff["officer"], item, Channel.PAPER, {}, "x"),
    )
    assert _week(office, office.early) == {"due": ["周测"], "done": ["读物"]}


def test_an_exam_that_is_begun_is_being_answered_and_one_handed_in_waits_for_its_marks(office):
    office.session.get_one(Exam, office.exam_id).release = Release.BY_HAND
    attempt_start.start(office.caller("officer", office.early), office.window_id, "5eed")
    office.session.flush()
    assert _week(office, office.early)["answering"] == ["周测"]
    office.hand_in("other")
    assert _week(office, office.early, "other")["waiting"] == ["周测"]


def test_what_was_due_in_a_week_gone_by_is_overdue_in_this_one(office):
    assert "读物" in _week(office, NOW + timedelta(days=7))["overdue"]


def test_who_is_asked_nothing_has_an_empty_week(office):
    assert _week(office, office.early, "root") == {}
