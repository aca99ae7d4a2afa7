"""What a reader hands over: a record for every question in the file, ready or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """A place in the file, counted from 1; `until` is its last row or paragraph, if it has more.

    `item` names what has no row: the member of a package, or an identifier.
    """

    sheet: str | None = None
    row: int | None = None
    paragraph: int | None = None
    until: int | None = None
    item: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The parts that are known."""
        parts = {name: getattr(self, name) for name in _PLACES}
        return {name: value for name, value in parts.items() if value is not None}

    @property
    def first(self) -> int | None:
        """The first row or paragraph."""
        return self.row if self.row is not None else self.paragraph

    @property
    def at(self) -> int:
        """Where it stands in the document: by its paragraph, which a table's rows have as well."""
        return (self.paragraph if self.paragraph is not None else self.row) or 0

    def reaching(self, until: int | None) -> Where:
        """The same place, ending at this row or paragraph."""
        return replace(self, until=None if until in (None, self.first) else until)


_PLACES = ("sheet", "row", "paragraph", "until", "item")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record is not ready, and the fields that would make it so, where they are known."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    repair: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The reason as JSON data."""
        return {"code": self.code, "params": self.params, "repair": self.repair}


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
    """One question as found: whole in `question`, or as far as it goes in `draft`.

    A draft is shaped as `question_to_json` gives it, with null for what is unknown and `said` for
    the answer as it was written. What is no question at all has no type.
    """

    where: Where
    outcome: Outcome
    question: Question | None
    reasons: list[Reason]
    raw: str
    draft: dict[str, Any] | None = None

    @property
    def type(self) -> str | None:
        """The type, as declared or as it follows; None for what is no question."""
        if self.question is not None:
            return str(self.question.type)
        return (self.draft or {}).get("type")


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
    records: Sequence[Record]
    notes: list[Note] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)
    heads: Sequence[str] = ()  # where a marking would stand: looked at, then forgotten
    unread: Sequence[Any] = ()  # the first lines of a file in which nothing was made out
    names: Sequence[str] = ()  # and the names of its objects, where it is data


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody with the right has declared about a file, which is refused otherwise.

    `marking_lapsed`: its secrecy marking has an end, which has come. `without_macros`: an old
    document with macros may be converted, its macros left behind. `layout`: how it writes its
    questions, as somebody taught it (`taught_layout.Layout` as JSON data).
    """

    marking_lapsed: bool = False
    without_macros: bool = False
    layout: Mapping[str, Any] | None = None


class Refused(Exception):
    """The whole file is refused; nothing of it may be imported."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
