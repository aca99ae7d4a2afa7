"""What a reader hands over: a record for every question in the file, ready or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from question_bank.model import Question


class Outcome(StrEnum):
    """What became of one record."""

    READY = "ready"
    TO_CONFIRM = "to_confirm"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the file, counted from 1."""

    sheet: str | None = None
    row: int | None = None
    paragraph: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The parts that are known."""
        parts = {"sheet": self.sheet, "row": self.row, "paragraph": self.paragraph}
        return {name: value for name, value in parts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record is not ready."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the file that concerns no single question."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    where: Where = Where()

    def to_json(self) -> dict[str, Any]:
        """The note as JSON data."""
        return {"code": self.code, "params": self.params, "place": self.where.to_json()}


@dataclass(frozen=True, slots=True)
class Record:
    """One question as found: whole in `question`, or as far as it goes in `draft`."""

    where: Where
    outcome: Outcome
    question: Question | None
    reasons: list[Reason]
    raw: str
    draft: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture that came with the file."""

    data: bytes
    mime: str
    name: str


@dataclass(frozen=True, slots=True)
class BankFile:
    """All that was read from one file."""

    format: str
    records: list[Record]
    notes: list[Note] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)


class Refused(Exception):
    """The whole file is refused; nothing of it may be imported."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
