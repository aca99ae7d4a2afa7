"""What real attempts say of questions: item statistics of a version, and what should be looked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from learnapp.db.bank import item_uses
from learnapp.db.bank.item_uses import FirstSitting
from learnapp.db.bank.models import ItemFigures
from learnapp.db.bank.reach import Version, bank_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of
from learnapp.db.operations import background_jobs
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.background_work import Part
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.background_jobs import ACTIVE, WorkKind, WorkState
from question_bank.model import ChoiceKey, key_from_json
from question_bank.statistics import (
    Concern,
    ItemResponse,
    ItemStatistics,
    concerns,
    item_statistics,
)

MOST = 5_000  # the newest uses of a version; more would say nothing else
AT_ONCE = 20_000  # uses that are read in one step
VERSIONS_AT_ONCE = 200  # that are written in one transaction
_REMEMBERED = 200_000  # attempts whose totals are at hand


@dataclass(frozen=True)
class VersionStatistics:
    """A version's statistics and why it should be looked at."""

    found: ItemStatistics
    concerns: list[Concern]


def of_version(session: Session, version: Version) -> VersionStatistics:
    """Counted from the marks as they are now."""
    return _Counting().figures(session, [version.row.id])[version.row.id]


class _Counting:
    """Counts some versions at a time; remembers the attempts that others were met in."""

    def __init__(self) -> None:
        self._known: dict[int, FirstSitting | None] = {}

    def figures(self, session: Session, version_ids: Sequence[int]) -> dict[int, VersionStatistics]:
        """The statistics of each of these versions."""
        answers = self._answers(session, version_ids)
        found = {}
        for version_id, offered in item_uses.offered(session, version_ids).items():
            told = item_statistics(answers[version_id], [each["id"] for each in offered.options])
            key = key_from_json(offered.key)
            right = key.right_ids if isinstance(key, ChoiceKey) else frozenset[str]()
            found[version_id] = VersionStatistics(told, concerns(told, right))
        return found

    def _answers(
        self, session: Session, version_ids: Sequence[int]
    ) -> dict[int, list[ItemResponse]]:
        """Per version its newest uses in first sittings of an exam that were marked."""
        found: dict[int, list[ItemResponse]] = {each: [] for each in version_ids}
        chosen: dict[str | None, tuple[str, ...]] = {}
        lacking, before = set(version_ids), None
        while lacking:
            limit = min(AT_ONCE, MOST * len(lacking))  # more than one attempt can have of them
            uses = item_uses.uses_of(session, lacking, before, limit)
            more = len(uses) == limit
            if more:  # the last attempt may have further uses: it comes whole in the next turn
                before = uses[-1].attempt_id + 1
                uses = [use for use in uses if use.attempt_id >= before]
            self._look_up(session, {use.attempt_id for use in uses})
            for version_id, attempt_id, marks, awarded, number, response in uses:
                sitting, answers = self._known[attempt_id], found[version_id]
                if sitting is None or number <= sitting.marks_from or len(answers) == MOST:
                    continue
                if response not in chosen:
                    chosen[response] = _options_of(response)
                rest = sitting.total - awarded
                answers.append(ItemResponse(awarded, marks, rest, chosen[response]))
            lacking = {each for each in lacking if more and len(found[each]) < MOST}
        return found

    def _look_up(self, session: Session, attempts: set[int]) -> None:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = attempts - self._known.keys()
        if new:
            sat = item_uses.first_sittings(session, new)
            self._known |= {each: sat.get(each) for each in new}


def _options_of(response: str | None) -> tuple[str, ...]:
    """The options of an answer in its JSON text; none of a text, or of no answer."""
    given = (json.loads(response) if response is not None else None) or {}
    return tuple(given.get("options", ()))


def ask(caller: Caller, bank_id: int) -> BackgroundJob:
    """Have the bank's used versions counted again; asked twice, it is done once. Raises NotFound."""
    bank = bank_in_reach(caller, bank_id, Permission.BANK_EDIT)
    new = NewJob(WorkKind.ITEM_STATISTICS, str(bank.id), bank.owner_unit_id)
    return background_jobs.ask(caller, new)


def job_of(session: Session, bank_id: int, running: bool) -> BackgroundJob | None:
    """The counting of a bank that waits or runs, or the last that is done."""
    states = ACTIVE if running else (WorkState.DONE,)
    return background_jobs.newest(session, WorkKind.ITEM_STATISTICS, str(bank_id), *states)


class StatisticsWork:
    """The statistics of a bank, some versions in each part; broken off, it goes on behind the last."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._now = now
        self._versions = item_uses.used_versions(session, int(job.subject))
        after = job.cursor or 0
        self._next = sum(version_id <= after for version_id, _ in self._versions)
        self._counting = _Counting()

    @property
    def total(self) -> int:
        """The versions that are on any paper."""
        return len(self._versions)

    def read(self, session: Session) -> Part | None:
        """The next versions, as many as have so many uses."""
        first, uses = self._next, 0
        while self._next < len(self._versions) and self._next - first < VERSIONS_AT_ONCE:
            uses += self._versions[self._next][1]
            if uses >= AT_ONCE and self._next > first:
                break
            self._next += 1
        some = [version_id for version_id, _ in self._versions[first : self._next]]
        if not some:
            return None
        told = self._counting.figures(session, some)
        rows = [_row(version_id, self._now, told[version_id]) for version_id in some]
        return Part(self._next, some[-1], lambda session, _now: _keep(session, rows))

    def result(self, session: Session) -> dict[str, Any]:
        """How many versions were counted."""
        return {"versions": len(self._versions)}


def _row(version_id: int, now: datetime, told: VersionStatistics) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "figures": asdict(told.found),
        "concerns": [str(each) for each in told.concerns],
        "as_of": now,
    }


def _keep(session: Session, rows: list[dict[str, Any]]) -> None:
    """Store the figures of some versions in the place of those of last time."""
    ids = (row["version_id"] for row in rows)
    session.execute(delete(ItemFigures).where(one_of(ItemFigures.version_id, ids)))
    session.execute(insert(ItemFigures), rows)
