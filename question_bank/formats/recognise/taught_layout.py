"""How a source writes its questions, as somebody marked it in a few of them.

A layout is what stands before, between and behind the parts of a question, as patterns: numbers and
letters that count are counted, spaces and the width of signs do not matter. Of a table it is which
column holds what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from question_bank.formats.records import Refused

MOST_EXAMPLES = 5
MOST_PATTERN = 400


class PieceRole(StrEnum):
    """What a marked piece of a record is."""

    NUMBER = "number"
    STEM = "stem"
    OPTION = "option"
    ANSWER = "answer"
    EXPLANATION = "explanation"


@dataclass(frozen=True, slots=True)
class Example:
    """The pieces of one record as they stand in the file; what it does not have is empty."""

    stem: str
    options: tuple[str, ...] = ()
    answer: str = ""
    number: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class TaughtPart:
    """A part of a record: its role, the pattern that stands before it, whether it may hold line breaks.

    `before_next` is what stands before each further option.
    """

    role: PieceRole
    before: str
    before_next: str = ""
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a record in order and the pattern behind the last; or the columns of a table.

    `signs` are what the options are counted by, if they are, `most_options` how many an example had,
    `blank_lines` whether a record may hold an empty line, `titles` the row above those of a table.
    """

    parts: tuple[TaughtPart, ...] = ()
    behind: str = ""
    signs: str = ""
    blank_lines: bool = False
    columns: Mapping[str, int] | None = None
    options: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    most_options: int = 0

    def to_json(self) -> dict[str, Any]:
        """The layout as JSON data."""
        return asdict(self)


def layout_from_json(data: Mapping[str, Any]) -> Layout:
    """The layout that `to_json` gave; raises Refused for anything else."""
    try:
        parts = tuple(
            TaughtPart(**{**each, "role": PieceRole(each["role"])}) for each in data["parts"]
        )
        columns = data["columns"]
        if any(
            len(text) > MOST_PATTERN for each in parts for text in (each.before, each.before_next)
        ):
            raise ValueError("a pattern is too long")
        return Layout(
            parts,
            str(data["behind"]),
            str(data["signs"]),
            bool(data["blank_lines"]),
            None if columns is None else {str(k): int(v) for k, v in columns.items()},
            tuple(map(int, data["options"])),
            tuple(map(str, data["titles"])),
            int(data["most_options"]),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise Refused("layout_unknown") from wrong
