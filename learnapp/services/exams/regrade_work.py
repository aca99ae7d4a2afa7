"""A correction of a question that many had: previewed and carried out in the background, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, Regrade
from learnapp.db.core.caller import Caller
from learnapp.db.exams import regrading as queries
from learnapp.db.operations.background_work import Part, Write, rows_in_parts
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.rulings import Ruling
from learnapp.services.exams.regrading import (
    BATCH,
    MarkChange,
    Ruled,
    changes_in,
    refuse_unfit,
    regrade,
)
from question_bank.model import key_from_json

# Attempts that are regraded in one transaction, and as how many one counts whose completion follows.
AT_ONCE, TURNING = 30, 8
COUNTS = ("used", "changed", "passes_lost", "passes_won")


def count(changes: list[MarkChange], keeps_passes: bool = False) -> dict[str, int]:
    """How many attempts had the question, changed, and turned; none is lost where passes are kept."""
    touched = [each for each in changes if each.touched]
    return {
        "used": len(changes),
        "changed": sum(each.shows for each in touched),
        "passes_lost": 0 if keeps_passes else sum(each.loses for each in touched),
        "passes_won": sum(each.wins for each in touched),
    }


class PreviewWork:
    """Whose marks a correction would change; broken off, it is looked for from the beginning."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._job_id, self._version_id = job.id, int(job.subject)
        self._ruled = Ruled(Ruling(job.params["ruling"]), key_from_json(job.params["key"]))
        refuse_unfit(session, self._version_id, self._ruled)
        self._total = queries.count_attempts_with(session, self._version_id)
        self._after = self._done = 0
        self._counts = dict.fromkeys(COUNTS, 0)
        self._rows: list[dict[str, Any]] = []
        self._writes: Iterator[Write] | None = None

    @property
    def total(self) -> int:
        """The attempts that have the question on their paper."""
        return self._total

    def read(self, session: Session) -> Part | None:
        """Some attempts; after the last, some of what changes for them."""
        if self._writes is None:
            ids = queries.attempts_with(session, self._version_id, self._after, BATCH)
            if ids:
                self._look_at(session, ids)
                return Part(self._done)
            # Those for whom passing turns come first.
            self._rows.sort(key=lambda row: row["turn"] == 0)
            self._writes = rows_in_parts(self._job_id, self._rows)
        write = next(self._writes, None)
        return None if write is None else Part(self._done, write=write)

    def _look_at(self, session: Session, ids: list[int]) -> None:
        self._after, self._done = ids[-1], self._done + len(ids)
        changes = changes_in(session, self._version_id, self._ruled, ids)
        _add(self._counts, count(changes))
        self._rows += [_row(each) for each in changes if each.shows]

    def result(self, session: Session) -> dict[str, Any]:
        """The counts, and how many readings have it as their check question."""
        checks = queries.portions_checked_by(session, self._version_id)
        return {**self._counts, "checks": checks if self._ruled.ruling.voids else 0}


def _add(sums: dict[str, int], more: dict[str, int]) -> None:
    for name, number in more.items():
        sums[name] += number


def _row(change: MarkChange) -> dict[str, Any]:
    """What changes for one attempt, in hundredths; `turn` is 1 for a pass that is won, -1 for one lost."""
    before, after = change.sum_before, change.sum_after
    return {
        "attempt": change.attempt_id,
        "marks": [change.before, change.after],
        "sum": [before.awarded, after.awarded],
        "full": [before.full, after.full],
        "turn": 1 if change.wins else -1 if change.loses else 0,
    }


class RegradeWork:
    """A correction that is in force reaches each attempt once; broken off, it goes on behind the last."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._now, self._asked_by = now, job.asked_by
        self._version_id, self._params = int(job.subject), job.params
        self._cursor: dict[str, int] = job.cursor or {
            "after": 0,
            "done": 0,
            **dict.fromkeys(COUNTS, 0),
        }
        revision = session.get_one(KeyRevision, self._params["revision"])
        self._ruled = Ruled(Ruling(revision.ruling), key_from_json(revision.key))
        left = queries.count_attempts_with(session, self._version_id, after=self._cursor["after"])
        self._total = int(self._cursor["done"]) + left
        self._ahead: list[int] = []
        self._turning: set[int] = set()

    @property
    def total(self) -> int:
        """The attempts that have the question on their paper."""
        return self._total

    def read(self, session: Session) -> Part | None:
        """The next attempts, fewer where completions follow."""
        if not self._ahead:
            after = self._cursor["after"]
            self._ahead = queries.attempts_with(session, self._version_id, after, BATCH)
            changes = self._changes(session, self._ahead)
            self._turning = {each.attempt_id for each in changes if each.wins or each.loses}
        if not self._ahead:
            return None
        weight, last = 0, 0
        while last < len(self._ahead) and weight < AT_ONCE:
            weight += TURNING if self._ahead[last] in self._turning else 1
            last += 1
        some, self._ahead = self._ahead[:last], self._ahead[last:]
        cursor = {**self._cursor, "after": some[-1], "done": self._cursor["done"] + len(some)}
        self._cursor = cursor

        def write(session: Session, now: datetime) -> None:
            self._write(session, now, some, cursor)

        return Part(cursor["done"], cursor, write)

    def _changes(self, session: Session, ids: list[int]) -> list[MarkChange]:
        """What is still to be changed: not what was marked by this revision already."""
        revision_id = self._params["revision"]
        return [
            each
            for each in changes_in(session, self._version_id, self._ruled, ids)
            if each.place.last is None or each.place.last.key_revision_id != revision_id
        ]

    def _write(
        self, session: Session, now: datetime, ids: list[int], cursor: dict[str, int]
    ) -> None:
        """Look again under the attempts' locks, for somebody may have marked since."""
        queries.lock_attempts(session, ids)
        changes = self._changes(session, ids)
        revision = session.get_one(KeyRevision, self._params["revision"])
        caller = Caller(session, Actor(self._asked_by), now)
        keeps: bool = self._params["keeps"]
        regrade(caller, revision, [each for each in changes if each.touched], keeps)
        _add(cursor, count(changes, keeps))

    def result(self, session: Session) -> dict[str, Any]:
        """What changed, beside what was promised; recorded with the revision."""
        counts = {name: self._cursor[name] for name in COUNTS}
        row = {
            "key_revision_id": self._params["revision"],
            "keeps_passes": self._params["keeps"],
            "counts": counts,
        }
        session.add(Regrade(**row, recorded_at=self._now, recorded_by=self._asked_by))
        return {**counts, "promised": self._params["promised"]}
