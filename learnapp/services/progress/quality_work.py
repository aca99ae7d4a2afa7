"""学习质量提示 of a unit and its branches as work in the background: rates of 20 people or more, no names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import background_jobs
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.background_work import Part
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import quality_facts
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.operations.background_jobs import WorkKind
from learnapp.domain.progress.quality import PRIVATE, QualitySign, SignCounts, StudySigns
from learnapp.services.progress import figures, quality

_PEOPLE = 500  # looked at in one step


class QualityWork:
    """The rates within the reach of who asked, with their grants as they are when they are found; broken
    off, they are found from the beginning."""

    def __init__(self, session: Session, now: datetime, job: BackgroundJob) -> None:
        self._now, self._unit_id = now, job.params["unit"]
        grants = grants_of(session, job.asked_by or 0, local_day(now))
        actor = Actor(job.asked_by or 0, grants)
        self._stage = figures.stage_for(session, job.params["stage"])
        unit = figures.in_reach(session, actor, self._stage, self._unit_id, local_day(now))
        self._asked = quality.asked_by(session, self._stage)
        listed = quality_facts.members(session, self._stage, unit, Moment(now))
        self._left = [listed[at : at + _PEOPLE] for at in range(0, len(listed), _PEOPLE)]
        self._steps = len(self._left)
        self._found: dict[int, StudySigns] = {}

    @property
    def total(self) -> int:
        """How many steps there are."""
        return max(1, self._steps)

    def read(self, session: Session) -> Part | None:
        """Some people, added to their branches. What is newer than a week is theirs alone."""
        if not self._left:
            return None
        some = self._left.pop(0)
        for branch in {each for each, _ in some}:
            people = [person_id for of, person_id in some if of == branch]
            until = self._now - PRIVATE
            mine = quality.signs_of_people(session, self._asked, people, until, self._now)
            self._found[branch] = self._found.get(branch, StudySigns()) + mine
        return Part(self._steps - len(self._left))

    def result(self, session: Session) -> dict[str, Any]:
        """The unit with all below it, then each branch, of those with people enough."""
        whole = sum(self._found.values(), StudySigns())
        branches = {each: signs for each, signs in self._found.items() if each != self._unit_id}
        named = unit_paths.labels(session, {self._unit_id, *branches}, local_day(self._now))
        order = sorted(branches, key=lambda each: named.get(each, ""))
        rows = [(self._unit_id, whole), *((each, branches[each]) for each in order)]
        shown = [
            {"unit": named.get(unit_id, ""), "people": signs.people, "signs": _counts(signs)}
            for unit_id, signs in rows
            if signs.has_rates
        ]
        return {
            "unit": named.get(self._unit_id, ""),
            "people": whole.people,
            "until": (self._now - PRIVATE).isoformat(),
            "rows": len(shown),
            "units": shown,
        }


def _counts(signs: StudySigns) -> dict[str, list[int]]:
    return {
        str(sign): [signs.of(sign).cases, signs.of(sign).hits, signs.of(sign).chance]
        for sign in QualitySign
    }


def signs_from(row: dict[str, Any]) -> StudySigns:
    """The signs of a stored row."""
    return StudySigns(
        row["people"], {QualitySign(sign): SignCounts(*each) for sign, each in row["signs"].items()}
    )


def _subject(caller: Caller, stage: StageInForce, unit_id: int) -> str:
    return f"{unit_id}:{caller.actor.own_id()}:{stage.identity}"


def ask(caller: Caller, stage: StageInForce, unit_id: int) -> BackgroundJob:
    """Have the rates of a unit found. Raises Forbidden, NotFound."""
    figures.in_reach(caller.session, caller.actor, stage, unit_id, local_day(caller.now))
    params = {"unit": unit_id, "stage": stage.identity}
    subject = _subject(caller, stage, unit_id)
    return background_jobs.ask(caller, NewJob(WorkKind.STUDY_QUALITY, subject, unit_id, params))


def newest(caller: Caller, stage: StageInForce, unit_id: int) -> BackgroundJob | None:
    """What the actor had found last of a unit within reach. Raises Forbidden, NotFound."""
    figures.in_reach(caller.session, caller.actor, stage, unit_id, local_day(caller.now))
    subject = _subject(caller, stage, unit_id)
    return background_jobs.newest(caller.session, WorkKind.STUDY_QUALITY, subject)
