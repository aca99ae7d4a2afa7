"""组卷方案: what a bank can fill is kept, what it cannot is named; what is known of its questions."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from learnapp.db.bank.models import QuestionVersion
from learnapp.domain.core.errors import Forbidden
from learnapp.services.exams import blueprints
from learnapp.services.practice import free_practice
from learnapp.services.practice.free_practice import GivenAnswer
from question_bank.blueprint import Cell
from question_bank.kinds import QuestionType
from tests.services.refusals import refused
from tests.small_office import NOW

BANK = 1
SINGLES = Cell(1, "一、单选", QuestionType.SINGLE, None, None, 3, 200)
JUDGED = Cell(2, "二、判断", QuestionType.TRUE_FALSE, None, None, 2, 250)


def _first(office, kind: QuestionType) -> int:
    found = select(QuestionVersion.id).where(QuestionVersion.type == kind).limit(1)
    return office.session.scalars(found).one()


def _further_version(office, version_id: int) -> None:
    table = QuestionVersion.__table__
    row = office.session.execute(select(table).where(table.c.id == version_id)).mappings().one()
    values = {**row, "number": row["number"] + 1, "listed": False}
    del values["id"]
    office.session.execute(insert(table).values(values))


def test_a_blueprint_is_kept_as_it_was_written_the_newest_first(office):
    single = _first(office, QuestionType.SINGLE)
    made = blueprints.add_blueprint(
        office.caller(), BANK, " 周测方案 ", [SINGLES, JUDGED], [single]
    )
    row, blueprint, fixed = blueprints.blueprints_of(office.caller(), BANK)[0]
    assert (row.id, row.name, fixed) == (made.id, "周测方案", 1)
    assert blueprint.cells == (SINGLES, JUDGED)
    assert blueprint.total_marks == 1100


@pytest.mark.parametrize(
    ("name", "cells", "code"),
    [(" ", [SINGLES], "name_needed"), ("方案", [], "blueprint_empty")],
)
def test_a_blueprint_has_a_name_and_a_row(office, name, cells, code):
    with refused(code):
        blueprints.add_blueprint(office.caller(), BANK, name, cells)


def test_the_first_row_that_the_bank_cannot_fill_is_named(office):
    many = Cell(2, "二、判断", QuestionType.TRUE_FALSE, None, None, 500, 250)
    with refused("blueprint_short") as refusal:
        blueprints.add_blueprint(office.caller(), BANK, "太多", [SINGLES, many])
    there = len(
        office.session.scalars(
            select(QuestionVersion.id).where(QuestionVersion.type == QuestionType.TRUE_FALSE)
        ).all()
    )
    assert refusal.params["cell"] == 2
    assert (refusal.params["wanted"], refusal.params["available"]) == (500, there)


def test_a_fixed_question_fits_a_row_and_is_of_the_bank(office):
    multiple = _first(office, QuestionType.MULTIPLE)
    for version_id in (multiple, 10**6):
        with refused("fixed_unfit") as refusal:
            blueprints.add_blueprint(office.caller(), BANK, "方案", [SINGLES], [version_id])
        assert refusal.params == {"number": version_id}


def test_a_blueprint_is_written_by_whom_the_bank_is_within_reach(office):
    with pytest.raises(Forbidden):
        blueprints.add_blueprint(office.caller("officer"), BANK, "方案", [SINGLES])
    office.add_branch()
    with refused("bank_unknown"):
        blueprints.add_blueprint(office.caller("local"), BANK, "方案", [SINGLES])


def test_the_stock_of_a_bank_has_its_categories_with_those_above_and_no_facility_at_first(office):
    stock = blueprints.stock_of(office.caller(), BANK)
    for path in stock.categories:
        assert "/" not in path or path.rpartition("/")[0] in stock.categories
    known = stock.of(SINGLES)
    singles = [group for group, _ in stock.questions if SINGLES.takes(group)]
    assert known.questions == len(singles) > 0
    assert (known.measured, known.typical) == (0, None)


def test_exposure_counts_keys_shown_to_the_members_of_the_unit_in_the_last_days(office):
    single = _first(office, QuestionType.SINGLE)
    event_id = str(uuid.uuid4())
    asked = free_practice.ask(office.caller("officer"), single, event_id)
    given = GivenAnswer({"options": [asked.option_order[0]]})
    free_practice.answer(office.caller("officer"), asked, event_id, given)
    found = blueprints.exposure_of(office.caller(now=NOW + timedelta(days=1)), BANK)
    assert found.of_all and found.people == 5
    assert found.shown == 1 and found.possible % found.people == 0
    assert (found.share.part, found.share.whole) == (1, found.possible)
    _further_version(office, single)  # of the same question, in force beside the other
    again = blueprints.exposure_of(office.caller(now=NOW + timedelta(days=1)), BANK)
    assert (again.shown, again.possible) == (found.shown, found.possible)
    later = office.caller(now=NOW + timedelta(days=31))
    assert blueprints.exposure_of(later, BANK).shown == 0
