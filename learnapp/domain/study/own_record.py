"""学习档案: what a person's record of a year says, and the code by which a print of it is checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from random import Random

# Neither 0/O nor 1/I/L: a code is read from paper and typed.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


@dataclass(frozen=True)
class StageLine:
    """A stage with how much of what it required is done."""

    name: str
    first_day: date
    last_day: date
    done: int
    owed: int


@dataclass(frozen=True)
class DoneLine:
    """A completion that holds: what, on which day, by what it is evidenced (portion, exam, other), and
    whether on paper."""

    title: str
    day: date
    evidence: str
    on_paper: bool


@dataclass(frozen=True)
class ExamLine:
    """A mark that its person may see, in hundredths of marks."""

    title: str
    day: date
    awarded: int
    full: int
    passed: bool


@dataclass(frozen=True)
class HoursLine:
    """学时 of one kind, in tenths: recognised, and awaiting it. Kinds are never added."""

    kind: str
    recognised: int
    awaiting: int


@dataclass(frozen=True)
class RecordSummary:
    """What a record says of a person: of one year, or of all (None)."""

    name: str
    unit: str
    year: int | None
    stages: Sequence[StageLine]
    done: Sequence[DoneLine]
    exams: Sequence[ExamLine]
    hours: Sequence[HoursLine] = ()  # of the kinds of which there are any

    def as_json(self) -> dict[str, object]:
        """The summary as it is stored: days as text."""
        found: dict[str, object] = json.loads(json.dumps(asdict(self), default=str))
        return found

    @property
    def digest(self) -> str:
        """SHA-256 of the summary in one form; two records that say the same have the same."""
        return digest_of(self.as_json())


def digest_of(summary: dict[str, object]) -> str:
    """The SHA-256 of a stored summary, in hexadecimal digits."""
    text = json.dumps(summary, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def new_code(rng: Random) -> str:
    """A code that nobody can guess: twelve characters of thirty-one."""
    return "".join(rng.choice(ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """A code as it is stored: capitals, without the blanks and dashes in which it is printed."""
    return "".join(each for each in typed.upper() if each in ALPHABET)


def printed_code(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def in_year(day: date, year: int | None) -> bool:
    """Whether a day belongs to the year asked for; None asks for all."""
    return year is None or day.year == year
