"""Second readings: answers given without the key are compared with the key as it is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from question_bank import __main__ as command
from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.model import Question, choice_key
from question_bank.reviewing import SecondReading, mark_of, review, review_lines, second_readings

BANK = """
- {type: single, stem: 甲问, options: [一, 二, 三], answer: B, category: 刑法/总则, difficulty: 1}
- {type: multiple, stem: 乙问, options: [一, 二, 三], answer: AC, category: 刑法, difficulty: 3}
- {type: true_false, stem: 丙说, answer: false, category: 宪法, difficulty: 3}
- {type: fill_blank, stem: 丁有____和____, answer: [[六日, 6日], 乙], category: 宪法}
- {type: short_answer, stem: 戊答, answer: 因为, category: 宪法, difficulty: 5}
"""


def bank() -> list[Question]:
    return [each.question for each in read_yaml(BANK.encode()).records if each.question]


def answered(*given: object) -> SecondReading:
    return SecondReading(dict(zip(map(mark_of, bank()), given, strict=False)), mended=2, dropped=1)


def test_answers_are_counted_by_first_category_and_compared_with_the_key() -> None:
    found = review(bank(), [answered("B", "AB", "F", ["6日", "乙"], "read")])
    criminal, constitution = found["刑法"], found["宪法"]
    assert (criminal.total, criminal.read, criminal.answered, criminal.agreed) == (2, 2, 2, 1)
    assert criminal.differing == ["乙问"]
    # A short answer is read; nobody is said to have given the reference answer without seeing it.
    assert (constitution.total, constitution.read) == (3, 3)
    assert (constitution.answered, constitution.agreed) == (2, 2)
    assert dict(constitution.difficulties) == {3: 1, 0: 1, 5: 1}


@pytest.mark.parametrize("given", ["A", "", "C"])
def test_another_answer_than_the_keys_is_named(given: str) -> None:
    assert review(bank(), [answered(given)])["刑法"].differing == ["甲问"]


def test_a_question_that_was_changed_counts_as_unread_and_one_with_another_key_as_differing() -> (
    None
):
    first, *_ = bank()
    second = first.options[::-1]
    assert review([replace(first, options=second)], [answered("B")])["刑法"].read == 0
    other = replace(first, key=choice_key([[first.options[0].id]]))
    assert review([other], [answered("B")])["刑法"].differing == ["甲问"]


def test_the_command_counts_what_a_folder_keeps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bank.yaml").write_text(BANK, encoding="utf-8")
    assert second_readings(tmp_path) == []
    (tmp_path / "reviews").mkdir()
    marks = [mark_of(each) for each in bank()]
    kept = f'read_on: 2026-01-02\nmended: 1\ndropped: 0\nanswers: {{"{marks[0]}": B}}\n'
    (tmp_path / "reviews" / "2026-01-02.yaml").write_text(kept, encoding="utf-8")
    assert command.main(["review", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("刑法：2 题（单选 1、多选 1；难度 1×1、3×1）；经第二人阅读 1")
    assert said[-2].startswith("合计：5 题") and said[-1].startswith("第二次阅读后修改 1 题")
    (tmp_path / "reviews" / "2026-01-02.yaml").write_text(
        kept.replace(": B}", ": C}"), encoding="utf-8"
    )
    assert command.main(["--language", "en", "review", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "answered otherwise: 甲问"


def test_every_line_is_told_in_both_languages() -> None:
    readings = [answered("A")]
    found = review(bank(), readings)
    for language in ("zh", "en"):
        lines = list(review_lines(found, readings, language))
        assert len(lines) == 5 and not any("{" in line or "review_" in line for line in lines)
