"""The sample bank that comes with the library: small, checked, and free to use."""

from __future__ import annotations

from importlib import resources

from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.formats.records import Outcome
from question_bank.model import Question


def load() -> list[Question]:
    """Every question of the YAML files beside this module, files in the order of their names.

    Raises ValueError if any question is not whole: the sample must not shrink unnoticed.
    """
    questions: list[Question] = []
    files = [each for each in resources.files(__name__).iterdir() if each.name.endswith(".yaml")]
    for file in sorted(files, key=lambda each: each.name):
        for record in read_yaml(file.read_bytes()).records:
            if record.question is None or record.outcome is not Outcome.READY:
                codes = ", ".join(reason.code for reason in record.reasons)
                raise ValueError(f"{file.name}, question {record.where.row}: {codes}")
            questions.append(record.question)
    return questions
