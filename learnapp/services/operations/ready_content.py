"""Content that comes with the product: its questions into a bank, its readings with their checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from learnapp.db.bank.banks import bank_named
from learnapp.db.bank.models import Bank
from learnapp.db.bank.question_values import versions_by_fingerprint
from learnapp.db.core.caller import Caller
from learnapp.db.study.readings import last_sections, titles_of
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.bank import banks
from learnapp.services.bank.banks import Entering
from learnapp.services.study import readings
from learnapp.services.study.reading_markdown import read_markdown
from learnapp.services.study.reading_text import ReadingText
from question_bank import library, sample
from question_bank.model import Question, fingerprint

QUESTIONS_BANK = "政法干警应知应会"
CHECKS_BANK = "读后检查题"
PART = 40
"""Questions that come in at once."""


@dataclass(frozen=True)
class ReadyReading:
    """A reading as it comes: its text, and a check question for every two of its sections."""

    text: ReadingText
    checks: Sequence[Question]


@dataclass(frozen=True)
class Added:
    """How many questions, check questions and readings were not there before."""

    questions: int = 0
    checks: int = 0
    readings: int = 0

    def __add__(self, other: Added) -> Added:
        """What two parts brought together."""
        return Added(
            self.questions + other.questions,
            self.checks + other.checks,
            self.readings + other.readings,
        )


@dataclass(frozen=True)
class ContentPart:
    """A piece of the content: some questions, or some readings with their checks."""

    questions: Sequence[Question] = ()
    readings: Sequence[ReadyReading] = ()


def questions() -> list[Question]:
    """The questions that come with the product: the library's, then the sample's."""
    return [*library.load(), *sample.load()]


def library_readings() -> list[ReadyReading]:
    """The library's readings, in the order of their files."""
    checks = library.checks()
    return [
        reading_of(each.read_text(encoding="utf-8"), each.name, checks)
        for each in library.readings()
    ]


def reading_of(text: str, filename: str, checks: dict[str, list[Question]]) -> ReadyReading:
    """A reading of a Markdown text that is trusted, with the checks under its file's name."""
    return ReadyReading(read_markdown(text, filename), checks[filename.removesuffix(".md")])


def parts() -> Iterator[ContentPart]:
    """All of the content in pieces, each small enough for a transaction that others wait for."""
    found = questions()
    for start in range(0, len(found), PART):
        yield ContentPart(found[start : start + PART])
    for reading in library_readings():
        yield ContentPart(readings=[reading])


def load(caller: Caller, owner_unit_id: int, part: ContentPart) -> Added:
    """Give a unit what it has not of a part: two banks, their questions, the readings.

    What is there stays as it is: a question by its text, a reading by its title.
    Raises Forbidden, NotFound by the caller's grants.
    """
    added = add_questions(caller, owner_unit_id, part.questions) if part.questions else 0
    there = titles_of(caller.session, owner_unit_id) if part.readings else set()
    wanted = [each for each in part.readings if each.text.title not in there]
    checks, made = add_readings(caller, owner_unit_id, wanted) if wanted else (0, [])
    return Added(added, checks, len(made))


def add_questions(caller: Caller, owner_unit_id: int, found: Sequence[Question]) -> int:
    """Add what the unit's bank of them has not yet; the bank is made where there is none."""
    store = bank_of(caller, owner_unit_id, QUESTIONS_BANK)
    return banks.add_questions(_system(caller), store, found)


def add_readings(
    caller: Caller, owner_unit_id: int, found: Sequence[ReadyReading]
) -> tuple[int, list[int]]:
    """Add readings, each portion with its check; how many checks were new, and the readings' ids."""
    store = bank_of(caller, owner_unit_id, CHECKS_BANK)
    checks = [check for each in found for check in each.checks]
    new = banks.add_questions(_system(caller), store, checks, Entering(use="practice"))
    versions = versions_by_fingerprint(caller.session, store)
    made = []
    for each in found:
        about = {
            "title": each.text.title,
            "source": each.text.source,
            "category": each.text.category,
            "classification": "public",
        }
        sections = [vars(section) for section in each.text.sections]
        reading = readings.add_reading(caller, owner_unit_id, about, sections)
        _set_checks(caller, reading.id, [versions[fingerprint(check)] for check in each.checks])
        made.append(reading.id)
    return new, made


def bank_of(caller: Caller, owner_unit_id: int, name: str) -> Bank:
    """The unit's public bank of this name, made where there is none."""
    there = bank_named(caller.session, owner_unit_id, name)
    return there or banks.add_bank(caller, owner_unit_id, name, "public")


def _set_checks(caller: Caller, reading_id: int, checks: Sequence[int]) -> None:
    """Give each portion the question of its last section: one for every two."""
    for portion, last in last_sections(caller.session, reading_id).items():
        readings.set_check(caller, reading_id, portion, checks[min(last // 2, len(checks) - 1)])


def _system(caller: Caller) -> Caller:
    """The same moment, by nobody: these questions have no author here who would be recused."""
    return replace(caller, actor=SYSTEM)
