"""The importer on real files, which stay outside the project: LEARNAPP_BANKS names their folder."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from question_bank.formats import BankFile, Outcome, read


def bank(name: str) -> BankFile:
    folder = os.environ.get("LEARNAPP_BANKS")
    if not folder:
        pytest.skip("not tested on real banks: LEARNAPP_BANKS names no folder")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"not tested on real banks: {name} is not in LEARNAPP_BANKS")
    return read(path.read_bytes(), name)


def counts(found: BankFile) -> dict[str, int]:
    assert all(r.outcome is Outcome.READY for r in found.records)
    return Counter(str(r.question.type) for r in found.records if r.question)


XIGAI = {"single": 112, "multiple": 74, "true_false": 36, "short_answer": 32}


def test_the_word_file_and_its_text_twin_give_the_same_254_questions() -> None:
    word, text = bank("04_xigai_answer_analysis.docx"), bank("04_xigai_answer_analysis.txt")
    assert counts(word) == counts(text) == XIGAI
    assert [r.question for r in word.records] == [r.question for r in text.records]


def test_the_workbook_of_absurd_width_gives_661_questions() -> None:
    assert counts(bank("11_chaoxing_history.xlsx")) == {"single": 497, "multiple": 164}


def test_a_type_on_the_number_line_is_read() -> None:
    found = counts(bank("09_mooc_type_line.docx"))
    assert found == {"single": 20, "multiple": 20, "true_false": 10}


def test_letters_of_true_and_false_are_resolved_in_a_thousand() -> None:
    assert counts(bank("01_law_enforcement_truefalse.docx")) == {"true_false": 1000}


@pytest.mark.parametrize("name", ["single.docx", "single_gbk_tsv.txt"])
def test_records_with_several_sets_of_options_are_left_for_a_person(name: str) -> None:
    found = bank(f"01_law_enforcement_{name}")
    assert Counter(str(r.outcome) for r in found.records) == {"ready": 718, "to_confirm": 9}


def test_reading_keeps_its_pace() -> None:
    for name in ("04_xigai_answer_analysis.docx", "11_chaoxing_history.xlsx"):
        bank(name)
        start = time.perf_counter()
        found = bank(name)
        # A third of what an idle machine does: slow enough for a busy one, and still a net.
        assert len(found.records) / (time.perf_counter() - start) > 330
