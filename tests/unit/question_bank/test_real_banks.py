"""The importer on real files, which stay outside the project: LEARNAPP_BANKS names their folder."""

from __future__ import annotations

import io
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from question_bank.formats import BankFile, Outcome, Record, read
from question_bank.formats.office.docx_file import read_document
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.text_file import decode
from question_bank.model import letters


def bank(name: str) -> BankFile:
    folder = os.environ.get("LEARNAPP_BANKS")
    if not folder:
        pytest.skip("not tested on real banks: LEARNAPP_BANKS names no folder")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"not tested on real banks: {name} is not in LEARNAPP_BANKS")
    return read(path.read_bytes(), name)


# file: questions by type, and how many of them are left for a person.
STATED: dict[str, tuple[dict[str, int], int]] = {
    "01_law_enforcement_single.docx": ({"single": 727}, 9),
    "01_law_enforcement_single_gbk_tsv.txt": ({"single": 727}, 9),
    "01_law_enforcement_truefalse.docx": ({"true_false": 1000}, 0),
    "01_law_enforcement_cases.docx": ({"single": 541, "multiple": 468}, 19),
    "04_xigai_answer_analysis.docx": (
        {"single": 112, "multiple": 74, "true_false": 36, "short_answer": 32},
        0,
    ),
    "04_xigai_answer_analysis.txt": (
        {"single": 112, "multiple": 74, "true_false": 36, "short_answer": 32},
        0,
    ),
    "09_mooc_type_line.docx": ({"single": 20, "multiple": 20, "true_false": 10}, 0),
    "11_chaoxing_history.xlsx": ({"single": 497, "multiple": 164}, 0),
    # One of them has an empty last option, of which only the letter D is left.
    "13_multi_sheet.xls": ({"single": 776, "multiple": 56}, 12),
    # Three of them hold a heading, an option or a whole question inside one of their cells.
    "16_gongtongti.csv": (
        {
            **{"single": 794, "multiple": 386, "true_false": 360},
            **{"short_answer": 9, "fill_blank": 1},
        },
        41,
    ),
    "16_gongtongti.txt": (
        {
            **{"single": 794, "multiple": 386, "true_false": 360},
            **{"short_answer": 9, "fill_blank": 1},
        },
        39,
    ),
}


@pytest.mark.parametrize("name", STATED)
def test_a_real_bank_has_the_questions_it_is_known_to_have(name: str) -> None:
    found = bank(name)
    kinds = Counter(record.type for record in found.records if record.type)
    doubtful = [r for r in found.records if r.type and r.outcome is not Outcome.READY]
    assert (dict(kinds), len(doubtful)) == STATED[name]
    assert all(record.reasons for record in doubtful)


@pytest.mark.parametrize("name", [each for each in STATED if each.endswith((".docx", ".txt"))])
def test_every_paragraph_of_a_real_bank_is_accounted_for(name: str) -> None:
    found = bank(name)
    told: set[int] = set()
    for where in [r.where for r in found.records] + [n.where for n in found.notes]:
        if where.first is not None:
            told |= set(range(where.first, (where.until or where.first) + 1))
    silent = [each for each in _filled(name) if each not in told]
    assert silent == []


def _filled(name: str) -> list[int]:
    """The numbers of the paragraphs or lines that say something."""
    path = Path(os.environ["LEARNAPP_BANKS"]) / name
    if name.endswith(".docx"):
        blocks = read_document(path.read_bytes()).blocks
        lines = [each for each in blocks if isinstance(each, Line) and _says(each.text)]
        return [each.where.paragraph for each in lines if each.where.paragraph]
    texts = decode(path.read_bytes()).split("\n")
    return [number for number, text in enumerate(texts, 1) if _says(text)]


def _says(text: str) -> bool:
    return any(char.isalnum() for char in text)


@pytest.mark.parametrize("name", STATED)
def test_no_ready_record_of_a_real_bank_holds_what_belongs_elsewhere(name: str) -> None:
    """Asked of the finished questions in words of its own, not by the watch that judged them."""
    for record in bank(name).records:
        question = record.question
        if record.outcome is not Outcome.READY or question is None:
            continue
        source = "".join(record.raw.split())
        texts = [each.content.plain for each in question.options if len(each.id) == 8]
        for text in [question.stem.plain, *texts]:
            assert not re.search(
                r"答案\s*[】\]]?[:：]|^[一二三四五]、\S{2,4}选择题", text, re.MULTILINE
            )
        assert all("".join(text.split()) in source for text in texts), record.raw


def test_the_word_file_and_its_text_twin_give_the_same_254_questions() -> None:
    word, text = bank("04_xigai_answer_analysis.docx"), bank("04_xigai_answer_analysis.txt")
    assert [r.question for r in word.records] == [r.question for r in text.records]


def test_the_word_file_of_single_choices_and_its_tabbed_twin_give_the_same() -> None:
    word = bank("01_law_enforcement_single.docx")
    text = bank("01_law_enforcement_single_gbk_tsv.txt")
    # The Word file has lost the last word of one option; everything else is the same.
    same = sum(
        _told(one) == _told(other) for one, other in zip(word.records, text.records, strict=True)
    )
    assert same == 726


def _told(record: Record) -> tuple[str, str]:
    """A record without its white space, which the tabs of one file have broken elsewhere."""
    question = record.question
    if question is None:
        return str(record.outcome), ""
    options = "|".join(each.content.plain for each in question.options)
    return letters(question), "".join(f"{question.stem.plain}|{options}".split())


def test_the_ten_reversed_true_false_questions_are_right() -> None:
    found = bank("01_law_enforcement_truefalse.docx")
    reversed_ = [r for r in found.records if re.search(r"A．\s*错误", r.raw)]
    assert len(reversed_) == 10
    for record in reversed_:
        said = re.search(r"正确答案[:：]\s*([AB])", record.raw)
        assert said and record.question
        # A stands for 错误 in these, so the answer A makes the statement false.
        assert letters(record.question) == {"A": "B", "B": "A"}[said.group(1)]


def test_the_text_of_each_case_stays_with_its_questions() -> None:
    found = bank("01_law_enforcement_cases.docx")
    asked = [r for r in found.records if r.type]
    passages = [r.question.passage if r.question else r.draft and r.draft["passage"] for r in asked]
    assert len(asked) == 1009 and all(passages)
    # One of the 246 cases has no question of its own and is told as not understood.
    assert sum(note.code == "passage" for note in found.notes) == 245
    assert [str(r.outcome) for r in found.records if r.type is None] == ["not_understood"]


def test_reading_a_document_costs_little_beside_opening_it() -> None:
    """Both in one process, one after the other: no machine is too slow for a ratio."""
    found = bank("04_xigai_answer_analysis.docx")
    data = (Path(os.environ["LEARNAPP_BANKS"]) / "04_xigai_answer_analysis.docx").read_bytes()

    def opened() -> list[str]:
        return [each.text for each in docx.Document(io.BytesIO(data)).paragraphs]

    ours = min(_cpu(lambda: read(data, "a.docx")) for _ in range(3))
    least = min(_cpu(opened) for _ in range(3))
    assert len(found.records) > 200 and ours < 8 * least


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
