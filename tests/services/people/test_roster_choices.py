"""Each row of a staged roster can be taken or left; a doubt is decided by what the row offers."""

from __future__ import annotations

import pytest

from learnapp.db.files import imports as import_queries
from learnapp.domain.people.roster_difference import RosterScope, RowChoice, RowKind
from learnapp.services.people import roster_choices
from learnapp.services.people.roster_choices import Chosen
from tests.services.people.rosters import book, bring, stage
from tests.services.refusals import refused

UNITS = [("东城分局", "")]
PEOPLE = [("甲", "300001", "东城分局", ""), ("乙", "300002", "东城分局", "")]


@pytest.fixture
def served(office):
    """A unit with two people."""
    bring(office.caller(), stage(office.caller(), office.unit_id, book(UNITS, PEOPLE)).public_id)
    return office


def _stage(office, people):
    job = stage(office.caller(), office.unit_id, book([], people), RosterScope.UNITS)
    found = import_queries.rows_of(office.session, job)[::-1]  # who is gone comes last
    return job, {row.record["name"]: row for row in found}


def test_a_doubt_keeps_the_roster_out_until_it_is_decided_and_who_is_meant_is_not_gone(served):
    job, rows = _stage(served, [("甲", "300009", "东城分局", "")])
    assert job.counts["to_confirm"] == 1
    may_be = rows["甲"].record["candidates"][0]["person"]
    gone = next(
        row
        for row in import_queries.rows_of(served.session, job)
        if row.twin and row.record["name"] == "甲"
    )
    assert (gone.type, gone.twin["person"]) == (RowKind.GONE, may_be)
    chosen = {rows["甲"].ordinal: Chosen(RowChoice.SAME, may_be)}
    roster_choices.decide(served.caller(), job.public_id, chosen)
    assert job.counts["to_confirm"] == 0 and gone.type == RowKind.RESOLVED
    other = {rows["甲"].ordinal: Chosen(RowChoice.OTHER)}
    roster_choices.decide(served.caller(), job.public_id, other)
    assert gone.type == RowKind.GONE
    assert roster_choices.what_happens(served.caller(), job) == {RowKind.NEW: 1}


def test_lost_zeros_are_put_back_or_not_as_it_was_decided(served):
    people = [("丙", "012345", "东城分局", ""), ("丁", 34567, "东城分局", "")]
    job, rows = _stage(served, people)
    row = rows["丁"]
    for choice, badge in ((RowChoice.PADDED, "034567"), (RowChoice.AS_WRITTEN, "34567")):
        roster_choices.decide(served.caller(), job.public_id, {row.ordinal: Chosen(choice)})
        assert (row.record["badge"], roster_choices.chosen_for(row)) == (badge, Chosen(choice))


def test_what_a_row_does_not_offer_is_refused(served):
    job, rows = _stage(served, [("甲", "300001", "东城分局", ""), ("丙", "300003", "东城分局", "")])
    for name, chosen in (("甲", Chosen(RowChoice.TAKE)), ("丙", Chosen(RowChoice.SAME, 1))):
        with refused("choice_unknown"):
            roster_choices.decide(served.caller(), job.public_id, {rows[name].ordinal: chosen})
    for text in ("same", "same:x", "take:3", "all"):
        with refused("choice_unknown"):
            Chosen.of(text)


def test_a_kind_is_taken_or_left_as_a_whole_but_who_is_gone_is_asked_one_by_one(served):
    job, rows = _stage(served, [("丙", "300003", "东城分局", ""), ("丁", "300004", "东城分局", "")])
    caller = served.caller()
    roster_choices.decide_all(caller, job.public_id, RowKind.NEW, RowChoice.LEAVE)
    assert roster_choices.what_happens(caller, job) == {}
    assert roster_choices.counts_of(caller, job) == {RowKind.NEW: 2, RowKind.GONE: 2}
    with refused("choice_unknown"):
        roster_choices.decide_all(caller, job.public_id, RowKind.GONE, RowChoice.TAKE)
    assert rows["甲"].decision == RowChoice.LEAVE


def test_open_doubts_are_left_together(served):
    job, rows = _stage(served, [("丙", "300003", "无此单位", ""), ("甲", "300009", "东城分局", "")])
    roster_choices.decide_all(served.caller(), job.public_id, RowKind.DOUBTFUL, RowChoice.LEAVE)
    assert job.counts["to_confirm"] == 0
    assert {rows[name].decision for name in ("丙", "甲")} == {"leave"}


def test_a_unit_that_is_elsewhere_already_is_not_made_again_unasked(served):
    data = book([("中队", ""), ("东城分局", "中队")], PEOPLE)
    job = stage(served.caller(), served.unit_id, data, RosterScope.TREE)
    row = import_queries.rows_of(served.session, job)[1]
    assert [each["code"] for each in row.reasons] == ["unit_elsewhere"]
    other = {row.ordinal: Chosen(RowChoice.OTHER)}
    roster_choices.decide(served.caller(), job.public_id, other)
    assert roster_choices.what_happens(served.caller(), job)[RowKind.UNIT] == 2
