"""What is kept how long: the terms, the hours, and the document that says the same."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from learnapp.db.schema import APPEND_ONLY, metadata
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.answers import AnswerEvent, latest, replaced
from learnapp.domain.operations.retention import (
    CARRIED_OUT,
    CATCH_UP_AFTER,
    DERIVED,
    LATE_AFTER,
    SHORT_LIVED,
    SIX_MONTHS,
    STATES,
    TERMS,
    AttemptTraces,
    RetentionRule,
    RowNature,
    checked_days,
    due_before,
    holding_of,
    is_late,
    may_run,
)

DOCUMENT = Path(__file__).parents[4] / "docs" / "retention.md"
NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)


def rows_of(heading: str) -> dict[str, list[str]]:
    """The rows of the document's table under a heading: first cell → the others, plain."""
    part = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    cells = [[each.strip() for each in line.strip("|").split("|")] for line in lines]
    return {first.strip("`"): rest for first, *rest in cells}


def test_the_document_says_of_every_table_what_the_rules_say():
    found = {}
    for names, (holding, *_) in rows_of("Every table").items():
        for table in re.split(r"`, `", names):
            found[table] = holding
    assert found == {table: str(holding_of(table)) for table in metadata.tables}


def test_the_document_says_of_every_term_what_the_rules_say():
    found = {
        rule: (int(usual), int(least)) for rule, (usual, least, *_) in rows_of("The terms").items()
    }
    assert found == {str(rule): (term.days, term.least) for rule, term in TERMS.items()}


def test_every_table_that_the_rules_name_is_there_and_every_rule_has_its_tables():
    named = {*CARRIED_OUT, *SHORT_LIVED, *DERIVED, *STATES}
    assert named <= set(metadata.tables)
    assert (
        {rule for rules in CARRIED_OUT.values() for rule in rules}
        == set(RetentionRule)
        == set(TERMS)
    )


def test_what_the_database_guards_is_a_fact_but_for_three_tables_of_traces():
    traces = {table for table in APPEND_ONLY if holding_of(table) is not RowNature.FACT}
    assert traces == {"answer_events", "audit_entries", "page_facts"}


@pytest.mark.parametrize("rule", [RetentionRule.SIGN_INS, RetentionRule.ROUTINE_AUDIT])
def test_logs_are_kept_for_six_months_whatever_an_office_chooses(rule):
    assert due_before(rule, NOON, {rule: 1}) == NOON - timedelta(days=SIX_MONTHS)
    assert due_before(rule, NOON, {rule: 400}) == NOON - timedelta(days=400)
    with pytest.raises(RuleBroken, match="term_out_of_range"):
        checked_days(rule, SIX_MONTHS - 1)
    assert checked_days(rule, SIX_MONTHS) == SIX_MONTHS


@pytest.mark.parametrize("hour", range(24))
def test_work_is_done_between_two_and_five_and_by_day_only_after_days_without(hour):
    now = NOON.replace(hour=hour)
    assert may_run(now, now - timedelta(days=1)) == (2 <= hour < 5)
    assert may_run(now, now - CATCH_UP_AFTER)


def test_it_is_late_after_the_days_in_which_it_could_have_caught_up():
    assert not is_late(NOON, None) and not is_late(NOON, NOON - LATE_AFTER)
    assert is_late(NOON, NOON - LATE_AFTER - timedelta(seconds=1))
    assert CATCH_UP_AFTER + timedelta(days=1) < LATE_AFTER


@pytest.mark.parametrize("submitted", [True, False])
@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("contested", [True, False])
def test_traces_go_only_of_what_is_handed_in_marked_and_uncontested(submitted, marked, contested):
    found = AttemptTraces(submitted, marked, contested)
    assert found.may_go == (submitted and marked and not contested)


def test_without_what_was_replaced_the_answers_are_the_same():
    events = [AnswerEvent(f"{n}", n // 2, n % 3, {"n": n}) for n in range(12)]
    gone = replaced(events)
    assert len(gone) == len(events) - 3
    assert latest(each for each in events if each not in gone) == latest(events)
    assert replaced(events[:1]) == [] == replaced([])
