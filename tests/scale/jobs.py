"""What the long jobs of an exam cost at several sizes: `python -m tests.scale.jobs 2000 20000`."""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, PaperQuestion
from learnapp.db.migrate import upgrade
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.rulings import Correction
from learnapp.domain.operations.background_jobs import WorkState
from learnapp.jobs import background
from learnapp.services.bank import item_statistics
from learnapp.services.exams import integrity, key_correction
from learnapp.services.exams.key_correction import CorrectionInput, Decision
from question_bank.kinds import CHOICES
from tests.bench.databases import databases
from tests.scale.lists import beside
from tests.scale.measure import watching
from tests.scale.office import Grown, grow
from tests.small_office import NOW

LATE = timedelta(hours=12)
VOID = CorrectionInput(Correction.VOID_FULL)
BATCH = 1_000
QUESTIONS = 20


def answer(database: Database, window_id: int) -> None:
    """An answer to every choice of the attempts in a window, by chance, its first option where it was
    marked right."""
    chance = random.Random(5)
    with database.reading() as session:
        ids = session.scalars(
            select(Attempt.id).where(Attempt.window_id == window_id).order_by(Attempt.id)
        ).all()
    for start in range(0, len(ids), BATCH):
        with database.writing() as session:
            rows = session.execute(_places(ids[start : start + BATCH]))
            values = [_event(*row, chance) for row in rows]
            session.execute(insert(AnswerEventRow.__table__), values)


def _places(attempt_ids: Sequence[int]) -> AnySelect:
    return (
        select(
            PaperQuestion.attempt_id,
            PaperQuestion.ordinal,
            QuestionVersion.options,
            Mark.right,
            Attempt.started_at,
        )
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Mark, current_marks.of_place())
        .where(
            PaperQuestion.attempt_id.in_(attempt_ids),
            PaperQuestion.type.in_(sorted(CHOICES)),
        )
    )


def _event(
    attempt_id: int,
    ordinal: int,
    options: list[dict[str, Any]],
    right: bool,
    at: datetime,
    chance: random.Random,
) -> dict[str, Any]:
    chosen = options[0] if right else chance.choice(options[1:])
    return {
        "attempt_id": attempt_id,
        "seq": ordinal,
        "event_id": str(UUID(int=attempt_id * 1000 + ordinal)),
        "question": ordinal,
        "response": {"options": [chosen["id"]]},
        "flagged": False,
        "state": "held",
        "received_at": at,
    }


def version_of(grown: Grown) -> int:
    """The first question of the paper."""
    with grown.database.reading() as session:
        return session.scalars(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.window_id == grown.window_id, PaperQuestion.ordinal == 1)
            .limit(1)
        ).one()


def asked(grown: Grown) -> Iterator[tuple[str, Callable[[Caller], object]]]:
    """(name, how it is asked for), in the order in which they can be done."""
    version_id = version_of(grown)
    yield "signals", lambda caller: integrity.ask(caller, grown.window_id)
    yield "item statistics", lambda caller: item_statistics.ask(caller, grown.bank_id)
    yield "regrade, preview", lambda caller: key_correction.ask_preview(caller, version_id, VOID)
    decision = Decision("题干有误", keeps_passes=True)
    yield "regrade", lambda caller: key_correction.revise(caller, version_id, VOID, decision)


def carried_out(grown: Grown, ask: Callable[[Caller], object]) -> BackgroundJob:
    """The job that was asked for, done."""
    now = NOW + LATE
    with grown.database.writing("asked") as session:
        job = ask(Caller(session, SYSTEM, now))
    assert isinstance(job, BackgroundJob)
    background.carry_out(grown.database, lambda: now, job.id)
    with grown.database.reading() as session:
        done = session.get_one(BackgroundJob, job.id)
        assert done.state == WorkState.DONE, done.error
        return done


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(sizes: list[int], only: str | None) -> None:
    """Print for each size and job the CPU of this process, statements, longest lock and memory."""
    for folder, url, _ in databases():
        if only not in (None, folder.name):
            continue
        print(url.partition(":")[0])
        for size in sizes:
            here = url if size == sizes[0] else beside(url, size)
            upgrade(make_engine(here))
            with tempfile.TemporaryDirectory() as home:
                grown = grow(here, Path(home), size, 2 * QUESTIONS, size, QUESTIONS)
                answer(grown.database, grown.window_id)
                for name, ask in asked(grown):
                    before = _peak_mb()
                    with watching(grown.database.engine) as cost:
                        carried_out(grown, ask)
                    print(f"  {size:7} {name:18} {cost} + {_peak_mb() - before:.0f} MB", flush=True)
                grown.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    main([int(each) for each in given if each.isdigit()] or [2_000, 20_000], None)
