"""What people type has one greatest length in both databases, and the refusal says which."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from learnapp.db.bank.models import Bank
from learnapp.db.core.base import Base, TextTooLong, TypedText
from learnapp.db.people.models import Person, Unit
from learnapp.domain.people.people import UnitKind
from learnapp.services.bank import banks
from learnapp.services.people import people
from tests.services.people.rosters import book, doubts, stage

_TYPED = {
    "name",
    "title",
    "reason",
    "comment",
    "text",
    "answer",
    "remark",
    "void_reason",
    "name_en",
}
_CODES = {"login_names.name", "settings.name", "backup_runs.name"}


def test_every_column_of_what_people_type_knows_its_greatest_length():
    unlimited = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in _TYPED
        and not isinstance(column.type, TypedText)
        and getattr(column.type, "length", None)
    ]
    assert set(unlimited) <= _CODES, unlimited


@pytest.mark.parametrize("length", [200, 201])
def test_a_name_is_taken_up_to_its_greatest_length_and_not_beyond(office, length):
    def add():
        banks.add_bank(office.caller(), office.unit_id, "库" * length, "public")
        people.add_unit(office.caller(), "局" * length, UnitKind.OTHER, 2)
        office.session.flush()

    if length > 200:
        with pytest.raises(TextTooLong) as refusal:
            add()
        assert (refusal.value.code, refusal.value.params) == ("value_too_long", {"most": 200})
    else:
        add()
        stored = select(Bank.name).where(Bank.name.like("库库%"))
        assert len(office.session.scalars(stored).one()) == 200


def test_rows_written_many_at_once_are_held_to_it_too(office):
    row = {"sort_key": "a", "search_key": "a", "language": "zh", "recorded_at": office.caller().now}
    with pytest.raises(TextTooLong):
        office.session.execute(insert(Person), [{**row, "name": "甲"}, {**row, "name": "乙" * 201}])


def test_two_lengths_do_not_share_a_statement(office):
    assert TypedText(200)._static_cache_key != TypedText(400)._static_cache_key


def test_a_longer_text_can_be_searched_for_and_is_not_found(office):
    assert office.session.scalars(select(Unit).where(Unit.name == "局" * 900)).all() == []


def test_a_roster_with_a_name_that_is_too_long_is_a_doubt_of_that_row(office):
    people_ = [("甲" * 201, "300001", "云岭市委政法委", ""), ("乙", "300002", "云岭市委政法委", "")]
    found = doubts(office.caller(), stage(office.caller(), office.unit_id, book([], people_)))
    assert found == {"甲" * 201: ["value_too_long"], "乙": []}
