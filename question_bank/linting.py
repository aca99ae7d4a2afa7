"""Lint: files of questions read one by one, judged together, and reported as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from question_bank.formats import BankFile, Outcome
from question_bank.formats.detect import ENDINGS
from question_bank.inspection import place_text
from question_bank.messages import message
from question_bank.model import Question
from question_bank.quality import Quality, measure


def files_of(path: Path) -> list[Path]:
    """The file itself, or those directly in a folder that a reader may take, in order of names."""
    if not path.is_dir():
        return [path]
    return sorted(
        each
        for each in path.iterdir()
        if each.is_file()
        and not each.name.startswith((".", "~$"))
        and each.suffix.lstrip(".").lower() in ENDINGS
    )


def judge(found: Sequence[tuple[str, BankFile]], language: str = "zh") -> tuple[bool, Quality[str]]:
    """Whether every record is ready, and the quality of all whole questions of named files."""
    ready = all(each.outcome is Outcome.READY for _, file in found for each in file.records)
    named: list[tuple[str, Question]] = []
    for name, file in found:
        prefix = f"{name} " if len(found) > 1 else ""
        named += [
            (prefix + place_text(each.where, language), each.question)
            for each in file.records
            if each.question is not None
        ]
    return ready, measure(named)


def quality_lines(quality: Quality[str], language: str = "zh") -> Iterator[str]:
    """A line for each figure with its verdict, then one for each question to mend."""
    for figure in quality.figures:
        verdict = message(f"quality_{figure.verdict}", {}, language)
        params = dict(figure.params)
        if "type" in params:
            params["type"] = message(f"quality_type_{params['type']}", {}, language)
        yield f"[{verdict}] {message(figure.code, params, language)}"
    for fault in quality.faults:
        yield f"{fault.name}: {message(fault.code, fault.params, language)}"
