"""A change anywhere in the audit shows in its chain; what went by its term does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.operations.audit_chain import (
    START,
    Block,
    ChainEntry,
    Terms,
    anchor,
    digest,
    faults_of,
    read_anchor,
    sealed,
)

AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
NEVER = Terms(AT - timedelta(days=9), AT - timedelta(days=9))


def _entry(n: int, action: str = "marks.released", **more) -> ChainEntry:
    values = {"detail": {"count": n, "b": 1, "a": "甲"}, "address": "10.0.0.1", "result": "done"}
    at = AT + timedelta(seconds=n)
    return ChainEntry(n, at, 1, action, "exam", 5, **(values | more))


ENTRIES = [_entry(1), _entry(2, "person.signed_in"), _entry(3), _entry(4, "item.completed")]


def _block() -> Block:
    return sealed(ENTRIES, None, 4, AT)


def test_blocks_follow_one_another_by_their_hashes():
    first = _block()
    second = sealed([_entry(7)], first, 7, AT)
    assert (first.number, first.after_id, first.previous) == (1, 0, START)
    assert (second.number, second.after_id, second.previous) == (2, 4, first.sha256)
    assert (first.routine, first.lasting) == (2, 2)
    assert faults_of(first, ENTRIES, NEVER) == []


@pytest.mark.parametrize(
    "change",
    [
        {"recorded_at": AT}, {"actor_id": 2}, {"action": "marks.exported"},
        {"subject_kind": "window"}, {"subject_id": 6}, {"detail": {"count": 2}},
        {"address": None}, {"result": "refused"}, {"id": 9},
    ],
)  # fmt: skip
def test_any_change_of_an_entry_is_a_fault_of_its_kind(change):
    for place, kind in ((2, "lasting"), (1, "routine")):
        changed = list(ENTRIES)
        changed[place] = replace(changed[place], **change)
        if kind == "routine" and "action" in change:
            continue  # it is of the other kind then: both differ
        assert faults_of(_block(), changed, NEVER) == [kind]


def test_what_is_missing_or_added_or_out_of_order_is_a_fault():
    block = _block()
    assert faults_of(block, ENTRIES[:2] + ENTRIES[3:], NEVER) == ["lasting"]
    assert faults_of(block, [*ENTRIES, _entry(5)], NEVER) == ["lasting"]
    assert faults_of(block, [ENTRIES[2], *ENTRIES[:2], ENTRIES[3]], NEVER) == ["lasting"]


def test_what_may_have_gone_by_its_term_is_not_missed_and_the_rest_still_is():
    block, later = _block(), AT + timedelta(days=1)
    left = [ENTRIES[0], ENTRIES[2]]
    assert faults_of(block, left, Terms(later, NEVER.lasting)) == []
    assert faults_of(block, left[:1], Terms(later, NEVER.lasting)) == ["lasting"]
    assert faults_of(block, [], Terms(later, later)) == []


@pytest.mark.parametrize("name", ["last_id", "routine", "first_at", "previous", "sealed_at"])
def test_any_change_of_a_block_changes_its_hash(name):
    block = _block()
    other = {"previous": digest(ENTRIES), "first_at": AT, "sealed_at": AT + timedelta(1)}
    assert replace(block, **{name: other.get(name, 77)}).sha256 != block.sha256


def test_details_in_another_order_are_the_same_entry():
    one, other = _entry(1, detail={"a": 1, "b": 2}), _entry(1, detail={"b": 2, "a": 1})
    assert one.line() == other.line()


def test_an_anchor_is_read_as_it_was_printed():
    block = _block()
    assert read_anchor(anchor(block)) == (1, block.sha256)
    assert read_anchor(f" 1: {block.sha256.hex()} ") == (1, block.sha256)
    for text in ("", "1:", "x:00", "1:zz", block.sha256.hex()):
        assert read_anchor(text) is None
