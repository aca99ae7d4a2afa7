"""The library: questions and readings on public law that an office can use as they are."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.formats.records import Outcome
from question_bank.model import Question


def load() -> list[Question]:
    """Every question of the YAML files beside this module, files in the order of their names.

    Raises ValueError if any question is not whole: the library must not shrink unnoticed.
    """
    return [question for file in files() for question in questions_of(file)]


def files() -> list[Traversable]:
    """The YAML files of questions, one a category, in the order of their names."""
    found = [each for each in resources.files(__name__).iterdir() if each.name.endswith(".yaml")]
    return sorted(found, key=lambda each: each.name)


def questions_of(file: Traversable) -> list[Question]:
    """The questions of one file; raises ValueError as `load` does."""
    questions: list[Question] = []
    for record in read_yaml(file.read_bytes()).records:
        if record.question is None or record.outcome is not Outcome.READY:
            codes = ", ".join(reason.code for reason in record.reasons)
            raise ValueError(f"{file.name}, question {record.where.row}: {codes}")
        questions.append(record.question)
    return questions
