"""Every refusal has a sentence in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import learnapp
from learnapp.cli import speaking
from learnapp.domain.operations.backups import BackupFault
from learnapp.wording.catalogue import translated
from learnapp.wording.errors import SENTENCES, problem
from question_bank.messages import CODES, message

TODAY = date(2026, 11, 25)
# The errors, with which argument is the code, and what rows of a roster are found wrong with.
RAISED = {
    "RuleBroken": 1,
    "Conflict": 0,
    "NotFound": 0,
    "Forbidden": 0,
    "TooMuch": 0,
    "_trouble": 1,
}
# Codes that are not written where the error is: what they may be, by what is written there.
FORWARDED = {
    "why": {"already_sat", "already_passed", "nothing_to_retake", "not_marked_yet"},
    "f'{field}_needed'": {"name_needed", "unit_needed"},
    "f'{name}_unknown'": {"category_unknown", "basis_unknown"},
    # Codes of the library, or of the error that is passed on.
    "refused.code": set(),
    "broken.code": set(),
}


def _codes_of(node: ast.expr, tree: ast.Module) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _codes_of(node.body, tree) | _codes_of(node.orelse, tree)
    written = ast.unparse(node)
    if written == "code":  # a loop over pairs in the same module, or a reason of the library
        pairs = [n for n in ast.walk(tree) if isinstance(n, ast.Tuple) and len(n.elts) == 2]
        last = [pair.elts[1] for pair in pairs]
        return {str(n.value) for n in last if isinstance(n, ast.Constant) and "_" in str(n.value)}
    if written.startswith("BackupFault."):  # the commands say these: see the test below
        return set()
    return FORWARDED[written]


def _raised() -> Iterator[tuple[str, set[str]]]:
    """Every place in the application that makes a domain error, with the codes it may have."""
    for path in sorted(Path(learnapp.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func).rpartition(".")[2]
            if name in RAISED and len(call.args) > RAISED[name]:
                yield f"{path.name}:{call.lineno}", _codes_of(call.args[RAISED[name]], tree)


def test_every_code_that_is_raised_has_a_sentence():
    places = list(_raised())
    assert len(places) > 150
    silent = {
        f"{place} {code}"
        for place, codes in places
        for code in codes
        if code not in SENTENCES and code not in CODES and not code.endswith("_unknown")
    }
    assert not silent


def test_every_fault_of_a_backup_is_said_by_the_commands():
    assert {str(each) for each in BackupFault} <= set(speaking._SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_complete_in_both_languages(code):
    chinese, english = problem("zh", code, {}, TODAY), problem("en", code, {}, TODAY)
    assert chinese and english and chinese != english
    assert "%(" not in chinese + english
    assert translated("en", SENTENCES[code]) != SENTENCES[code]


def test_a_sentence_says_the_values_that_its_error_carries():
    params = {"least": 8}
    assert problem("zh", "password_short", params, TODAY) == "密码至少 8 位。"
    assert "8" in problem("en", "password_short", params, TODAY)


def test_a_value_that_was_not_brought_reads_as_a_dash():
    assert problem("zh", "password_short", {}, TODAY) == "密码至少 — 位。"


def test_an_instant_is_said_as_a_moment():
    opens = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert "11月23日 周一 12:00" in problem("zh", "window_not_open", {"opens_at": opens}, TODAY)
    assert "Mon 23 Nov 12:00" in problem("en", "window_not_open", {"opens_at": opens}, TODAY)


def test_a_value_that_is_a_code_is_said_in_words():
    assert "已停用" in problem("zh", "version_state", {"state": "retired"}, TODAY)
    assert "审核通过" in problem("zh", "version_state", {"state": "approved"}, TODAY)
    short = {"cell": 1, "type": "single", "wanted": 5, "available": 2}
    assert "单选题" in problem("zh", "blueprint_short", short, TODAY)
    assert "single" in problem("en", "blueprint_short", short, TODAY).lower()


@pytest.mark.parametrize("typed", ["admin", "open", "all", "single"])
def test_what_somebody_typed_is_never_taken_for_a_code(typed):
    assert typed in problem("zh", "login_name_taken", {"value": typed}, TODAY)


def test_what_is_not_there_says_so_whatever_it_is():
    assert problem("zh", "stage_unknown", {}, TODAY) == problem("zh", "not_found", {}, TODAY)
    assert problem("en", "stage_unknown", {}, TODAY) == problem("en", "not_found", {}, TODAY)


def test_a_code_of_the_library_has_the_librarys_sentence():
    told = {"attempts": 3}
    chinese, english = (problem(each, "gave_up", told, TODAY) for each in ("zh", "en"))
    assert chinese == message("gave_up", told, "zh") and "3" in chinese
    assert english == message("gave_up", told, "en") and english.isascii()


def test_a_code_without_any_sentence_says_itself():
    assert "odd_code" in problem("zh", "odd_code", {}, TODAY)
    assert "odd_code" in problem("en", "odd_code", {}, TODAY)


def test_several_people_in_a_refusal_are_listed_by_the_signs_of_the_language():
    named = {"names": [("王伟", "300001"), "李四"]}
    assert "王伟（300001）、李四" in problem("zh", "dispensation_sat", named, date(2026, 11, 23))
    assert "王伟 (300001), 李四" in problem("en", "dispensation_sat", named, date(2026, 11, 23))
