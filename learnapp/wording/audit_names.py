"""What the sentences of the audit are made of: an entry by ids, and what its ids are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

# What says why it was done, in a fact of its own.
REASONED = frozenset(
    {
        "attempt.allowed",
        "attempt.reduced",
        "attempt.reopened",
        "import.marking_lapsed",
        "person.allowed",
        "person.reduced",
        "window.corrected",
        "window.cancelled",
        "window.restored",
    }
)


class RecordedDeed(Protocol):
    """An entry of the audit: who did what to whom, by ids."""

    @property
    def recorded_at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def action(self) -> str: ...
    @property
    def subject_kind(self) -> str: ...
    @property
    def subject_id(self) -> int | None: ...
    @property
    def detail(self) -> Mapping[str, Any]: ...


class NamedAttempt(Protocol):
    """Whose attempt it is, in which exam, and why it was voided."""

    @property
    def person_id(self) -> int: ...
    @property
    def exam_id(self) -> int: ...
    @property
    def void_reason(self) -> str: ...


class NameSource(Protocol):
    """What the ids of entries are called, kind by kind; what its reader may not see is left out."""

    @property
    def people(self) -> Mapping[int, tuple[str, str]]: ...  # name and login name
    @property
    def units(self) -> Mapping[int, str]: ...
    @property
    def attempts(self) -> Mapping[int, NamedAttempt]: ...
    @property
    def windows(self) -> Mapping[int, tuple[int, datetime]]: ...  # exam and opening
    @property
    def portions(self) -> Mapping[int, tuple[int, int]]: ...  # reading and number
    @property
    def titles(self) -> Mapping[str, Mapping[int, str]]: ...
    @property
    def reasons(self) -> Mapping[tuple[str, int, datetime], str]: ...
