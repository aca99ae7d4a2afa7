"""Counting the signals of a window: read some attempts at a time, compared whole, kept as rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.exams import integrity
from learnapp.db.exams.integrity import SatOnline
from learnapp.db.operations.background_work import Part, Write, rows_in_parts
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people.lines import default_line
from learnapp.domain.exams.integrity import SignalKind, signals_of
from learnapp.domain.exams.likeness import AttemptTrace, Choice
from question_bank.kinds import QuestionType

NO_UNIT = 0  # of who counted in none when they began
AT_ONCE = 1_000  # attempts that are read in one step
# What is asked about first.
ORDER = (SignalKind.ALIKE, SignalKind.GUESSED, SignalKind.AWAY, SignalKind.COPIED)


class SignalsWork:
    """The signals of one window; broken off, they are counted from the beginning."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._job_id = job.id
        self._sat = integrity.sat_in(session, int(job.subject))
        line_id = default_line(session).id
        self._units = integrity.units_of(session, line_id, [each.id for each in self._sat])
        self._traces: list[AttemptTrace] = []
        self._choices = Choices()
        self._writes: Iterator[Write] | None = None
        self._found = 0

    @property
    def total(self) -> int:
        """The attempts that were handed in."""
        return len(self._sat)

    def read(self, session: Session) -> Part | None:
        """Some attempts; after the last, some of the signals that they have."""
        some = self._sat[len(self._traces) : len(self._traces) + AT_ONCE]
        if some:
            self._traces += _traces(session, some, self._units, self._choices)
            return Part(len(self._traces))
        if self._writes is None:
            rows = self._signals()
            self._found = len(rows)
            self._writes = rows_in_parts(self._job_id, rows)
        write = next(self._writes, None)
        return None if write is None else Part(len(self._traces), write=write)

    def _signals(self) -> list[dict[str, Any]]:
        ids = {each.public_id: each.id for each in self._sat}
        found = sorted(signals_of(self._traces), key=lambda each: ORDER.index(each.kind))
        return [
            {
                "kind": each.kind,
                "attempts": [ids[attempt] for attempt in each.attempts],
                "evidence": dict(each.evidence),
            }
            for each in found
        ]

    def result(self, session: Session) -> dict[str, Any]:
        """Of how many attempts how many signals."""
        return {"attempts": len(self._sat), "signals": self._found}


def _traces(
    session: Session, some: Sequence[SatOnline], units: dict[int, int], choices: Choices
) -> list[AttemptTrace]:
    ids = [each.id for each in some]
    given = choices.of(session, ids)
    leaves: dict[int, list[int]] = defaultdict(list)
    copies: dict[int, int] = defaultdict(int)
    for noticed in integrity.noticed_in(session, ids):
        if noticed.kind == "left":
            leaves[noticed.attempt_id].append(noticed.seconds)
        else:
            copies[noticed.attempt_id] += 1
    return [
        AttemptTrace(
            row.public_id,
            row.person_id,
            units.get(row.person_id, NO_UNIT),
            row.started_at,
            row.submitted_at,
            given.get(row.id, {}),
            leaves.get(row.id, ()),
            copies.get(row.id, 0),
        )
        for row in some
    ]


class Choices:
    """The choices that were given; each different one is one value, however many gave it."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, bool | None], Choice] = {}
        self._chances: dict[int, float] = {}

    def of(self, session: Session, attempt_ids: list[int]) -> dict[int, dict[int, Choice]]:
        """Per attempt and version the choice that is the answer, as it was marked."""
        rows = integrity.choices_in(session, attempt_ids)
        new = {row.version_id for row in rows} - self._chances.keys()
        for version_id, (kind, options) in integrity.offered(session, new).items():
            self._chances[version_id] = chance_of(QuestionType(kind), options)
        found: dict[int, dict[int, Choice]] = {}
        known = self._known
        for attempt_id, version_id, response, right in rows:
            given = found.setdefault(attempt_id, {})
            if response is None or response == "null":
                given.pop(version_id, None)
                continue
            key = version_id, response, right
            choice = known.get(key)
            if choice is None:
                chosen = frozenset(json.loads(response)["options"])
                choice = known[key] = Choice(chosen, bool(right), self._chances[version_id])
            given[version_id] = choice
        return found


def chance_of(kind: QuestionType, options: int) -> float:
    """How likely a blind guess is right: one of the options, or one of the sets of two and more."""
    if kind is QuestionType.MULTIPLE:
        return 1 / max(1, (1 << options) - options - 1)
    return 1 / max(1, options)
