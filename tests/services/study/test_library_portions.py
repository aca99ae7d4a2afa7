"""The readings of the library: their length, what they rest on, and a check question a portion."""

from __future__ import annotations

from pathlib import Path

import pytest

import question_bank
from learnapp.domain.exams.remediation import citations
from learnapp.domain.study.readings import plan_portions
from learnapp.services.study.reading_markdown import read_markdown
from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.kinds import CHOICES

FOLDER = Path(question_bank.__file__).parent / "library"
CHECKS = read_yaml((FOLDER / "checks_second.yaml").read_bytes()).records
NAMES = sorted({str(each.where.sheet) for each in CHECKS})


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_has_a_check_question_for_each_portion(name: str) -> None:
    text = read_markdown((FOLDER / "readings" / f"{name}.md").read_text(encoding="utf-8"), name)
    lengths = [each.length for each in text.sections]
    assert text.title and text.category and 2 <= len(lengths) <= 5
    assert 800 <= sum(lengths) <= 2000
    checks = [each.question for each in CHECKS if each.where.sheet == name]
    portions = plan_portions(lengths)
    # A check is chosen by the last section of a portion: one for every two sections.
    assert [each.last // 2 for each in portions] == list(range(len(checks)))
    assert all(each is not None and each.type in CHOICES for each in checks)


@pytest.mark.parametrize("name", NAMES)
def test_a_check_question_rests_on_a_law_that_its_reading_rests_on(name: str) -> None:
    text = read_markdown((FOLDER / "readings" / f"{name}.md").read_text(encoding="utf-8"), name)
    its = {each.law for each in citations(text.source)}
    assert its
    for each in CHECKS:
        if each.where.sheet == name and each.question is not None:
            cited = citations(each.question.source)
            assert cited and {citation.law for citation in cited} <= its


def test_fourteen_readings_have_checks() -> None:
    assert len(NAMES) == 14
