"""The library: questions and readings on public law that an office can use as they are."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.formats.records import Outcome, Record
from question_bank.model import Question


def load() -> list[Question]:
    """Every question of the categories' files beside this module, in the order of their names.

    Raises ValueError if any question is not whole: the library must not shrink unnoticed.
    """
    return [question for file in files() for question in questions_of(file)]


def files() -> list[Traversable]:
    """The YAML files of questions, one a category, in the order of their names."""
    found = _named(resources.files(__name__), ".yaml")
    return [each for each in found if not each.name.startswith("checks")]


def questions_of(file: Traversable) -> list[Question]:
    """The questions of one file; raises ValueError as `load` does."""
    return [_whole(each, file.name) for each in read_yaml(file.read_bytes()).records]


def readings() -> list[Traversable]:
    """The Markdown files of the readings, in the order of their names."""
    return _named(resources.files(__name__).joinpath("readings"), ".md")


def checks() -> dict[str, list[Question]]:
    """The check questions of `checks*.yaml` by the name of their reading, one for every two sections.

    Raises ValueError if a question is not whole or two files name the same reading.
    """
    found: dict[str, list[Question]] = {}
    named = _named(resources.files(__name__), ".yaml")
    for file in (each for each in named if each.name.startswith("checks")):
        its = checks_of(file)
        if twice := found.keys() & its.keys():
            raise ValueError(f"{file.name}: {min(twice)} is named twice")
        found |= its
    return found


def checks_of(file: Traversable) -> dict[str, list[Question]]:
    """The check questions of one file by the name of their reading; raises ValueError as `load` does."""
    found: dict[str, list[Question]] = {}
    for record in read_yaml(file.read_bytes()).records:
        found.setdefault(str(record.where.sheet), []).append(_whole(record, file.name))
    return found


def _named(folder: Traversable, ending: str) -> list[Traversable]:
    found = [each for each in folder.iterdir() if each.name.endswith(ending)]
    return sorted(found, key=lambda each: each.name)


def _whole(record: Record, name: str) -> Question:
    if record.question is None or record.outcome is not Outcome.READY:
        codes = ", ".join(reason.code for reason in record.reasons)
        place = f"{record.where.sheet or ''} question {record.where.row}".strip()
        raise ValueError(f"{name}, {place}: {codes}")
    return record.question
