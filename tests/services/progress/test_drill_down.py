"""The people behind a figure: who owes a requirement, who has met it, who is behind and how."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import Exam
from learnapp.db.study.models import Item, Requirement
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.exams.exams import Channel, Release
from learnapp.domain.study.owed import OwedState
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.people import absences
from learnapp.services.progress import drill_down
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.services.refusals import refused

AWAY = absences.NewAbsence(AbsenceKind.LONG_LEAVE, date(2026, 11, 16), date(2026, 12, 4))


@pytest.fixture
def items(office):
    """The items that the stage asks: (a portion of the reading, the exam)."""
    rows = office.session.scalars(
        select(Item)
        .join(Requirement, Requirement.item_id == Item.id)
        .where(Requirement.stage_id == office.stage_id)
        .order_by(Item.id)
    ).all()
    portion, exam = (
        next(each.id for each in rows if (each.exam_id is None) is is_portion)
        for is_portion in (True, False)
    )
    return portion, exam


def _behind(office, item_id, login="admin", unit_id=None):
    at = (office.stage_id, unit_id or office.unit_id, item_id)
    return drill_down.behind(office.caller(login, office.early), *at, PageSpan(1, 50))


def test_a_requirement_counts_who_owes_it_and_who_has_met_it_without_who_is_excused(office, items):
    portion, _ = items
    completions.complete(
        office.system(), NewCompletion(office.staff["officer"], portion, Channel.PAPER, {}, "x")
    )
    absences.record(office.caller(), office.staff["other"], AWAY)
    at = (office.stage_id, office.unit_id)
    rows = {
        each.item_id: each
        for each in drill_down.requirements_of(office.caller(), *at, PageSpan(1, 50))[0]
    }
    assert set(rows) >= set(items)
    assert (rows[portion].owed, rows[portion].done, rows[portion].waiting) == (4, 1, 3)


def test_behind_a_requirement_stand_those_who_have_not_met_it_by_pinyin(office, items):
    portion, _ = items
    completions.complete(
        office.system(), NewCompletion(office.staff["officer"], portion, Channel.PAPER, {}, "x")
    )
    found = _behind(office, portion)
    assert [each.login_name for each in found.people] == ["admin", "head", "marker", "other"]
    assert (found.owed, found.done) == (5, 1)


def test_a_pass_whose_marks_are_not_released_is_not_among_those_who_have_met_it(office, items):
    _, exam = items
    row = office.session.get_one(Exam, office.exam_id)
    row.pass_mark, row.release = 0, Release.BY_HAND
    office.hand_in("officer")
    states = {each.login_name: each.owed.state for each in _behind(office, exam).people}
    assert states["officer"] is OwedState.AWAITING_RELEASE
    assert states["other"] is OwedState.TO_DO


def test_the_figures_of_a_branch_are_of_its_people_and_read_within_reach(office, items):
    branch, (portion, _) = office.add_branch(), items
    assert [each.login_name for each in _behind(office, portion, "local", branch).people] == [
        "local"
    ]
    with refused("not_found"):
        _behind(office, portion, "local", office.unit_id)


def test_only_what_the_stage_requires_has_people_behind_it(office, items):
    with refused("requirement_unknown"):
        _behind(office, max(items) + 1_000)
    at = (office.stage_id, office.unit_id)
    with refused("requirement_unknown"):
        drill_down.item_of_requirement(office.caller(), *at, 0)
    first = office.session.scalars(
        select(Requirement).where(Requirement.stage_id == office.stage_id)
    ).first()
    assert drill_down.item_of_requirement(office.caller(), *at, first.id) == first.item_id
