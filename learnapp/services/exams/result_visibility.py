"""Marks and keys as one person may see them now, and the record of when keys were opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import pools, result_visibility, windows
from learnapp.db.exams.attempt_papers import AttemptSummary
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.result_visibility import HandedInAttempt, Unfinished
from learnapp.db.operations import audit_log
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import ExamKind, Release, WindowKind
from learnapp.domain.exams.key_visibility import (
    ExamTimes,
    KeyWindow,
    Occasion,
    OnPaper,
    may_be_shown,
)
from learnapp.domain.exams.result_visibility import marks_visible, release_of


@dataclass(frozen=True)
class ResultVisibility:
    """What a person may see of their own result now.

    `key_from` is when the keys open at the earliest, None once only somebody who is still answering,
    or the scheduler's next round, withholds them; `overlap` whether they wait for a make-up that
    repeats questions. `unfinished` are the questions that are on another paper of theirs which is
    not handed in: their keys are withheld for so long.
    """

    marks: bool
    key: bool
    key_from: datetime | None
    overlap: bool
    unfinished: Mapping[int, Unfinished] = field(default_factory=dict)

    def key_of(self, question_id: int) -> bool:
        """Whether the key of one question of the paper may be shown."""
        return self.key and question_id not in self.unfinished


def of_attempt(
    session: Session, head: AttemptSummary, all_marked: bool, now: datetime
) -> ResultVisibility:
    """What may be seen of an attempt that was handed in. Two statements at most."""
    times, released_at = result_visibility.times_of(session, head.exam_id, now)
    release = release_of(Release(head.release), WindowKind(head.window_kind))
    marks = marks_visible(release, all_marked, head.closes_at, released_at, now)
    paper = OnPaper(times, head.window_id, marks)
    key = may_be_shown(Occasion(paper=paper), now)
    opens_at = times.opens_at(head.window_id)
    return ResultVisibility(
        marks,
        key,
        opens_at if opens_at is not None and opens_at > now else None,
        times.waits_for_overlap(head.window_id, now),
        result_visibility.unfinished(session, head.person_id) if key else {},
    )


@dataclass(frozen=True)
class OwnVisibility:
    """What a person may see of all their attempts that were handed in."""

    marks: frozenset[str]  # public ids of those whose marks may be seen
    keys: frozenset[str]  # of those whose keys are open
    hidden: list[int]  # ids of those whose keys are not
    closed: Mapping[
        int, result_visibility.Closed
    ]  # the windows that withhold keys, anyone who sat in them
    unfinished: Mapping[int, Unfinished]  # by question

    def keeps(self, question_id: int, now: datetime) -> bool:
        """Whether the key of a question that they were lawfully shown is withheld now."""
        occasion = Occasion(unfinished=question_id in self.unfinished, seen=True)
        return not may_be_shown(occasion, now)


def closed(session: Session, now: datetime) -> dict[int, result_visibility.Closed]:
    """The windows whose papers' keys are not open now, by id: those of exams that go on."""
    return result_visibility.closed(result_visibility.begun(session, now), now)


def own(session: Session, person_id: int, now: datetime) -> OwnVisibility:
    """What all attempts of one person show now: three statements."""
    running = {each.exam_id: each for each in result_visibility.begun(session, now)}
    marks, keys, hidden = set(), set(), []
    for row in result_visibility.attempts_of(session, person_id):
        release = release_of(Release(row.release), WindowKind(row.window_kind))
        seen = marks_visible(release, row.marked, row.closes_at, row.released_at, now)
        times = running[row.exam_id].times if row.exam_id in running else _alone(row)
        if seen:
            marks.add(row.public_id)
        if may_be_shown(Occasion(paper=OnPaper(times, row.window_id, seen)), now):
            keys.add(row.public_id)
        else:
            hidden.append(row.id)
    return OwnVisibility(
        frozenset(marks),
        frozenset(keys),
        hidden,
        result_visibility.closed(running.values(), now),
        result_visibility.unfinished(session, person_id),
    )


def _alone(row: HandedInAttempt) -> ExamTimes:
    """The times of an exam of which nothing waits for being recorded: what is recorded decides."""
    kind = WindowKind(row.window_kind)
    window = KeyWindow(row.window_id, kind, row.closes_at, row.keys_shown_at)
    return ExamTimes(ExamKind(row.kind), (window,))


def was_shown(session: Session, person_id: int, now: datetime, question_id: int) -> bool:
    """Whether a person was lawfully shown the key of a question and may be shown it again now."""
    mine = own(session, person_id, now)
    seen = result_visibility.has_seen(session, person_id, mine.hidden, question_id)
    occasion = Occasion(unfinished=question_id in mine.unfinished, seen=seen)
    return may_be_shown(occasion, now)


def due(session: Session, now: datetime) -> list[int]:
    """The exams for which something is to be recorded by `settle`."""
    return [
        each.exam_id
        for each in result_visibility.begun(session, now)
        if any(each.times.is_open(window_id, now) for window_id in each.waiting)
        or _undecided(each.times, now)
    ]


def _undecided(times: ExamTimes, now: datetime) -> list[int]:
    """The make-ups and the like of a weekly test whose main windows are over, of which is not known
    yet whether they can avoid the questions of its papers."""
    if times.kind is not ExamKind.WEEKLY or not times.main_is_over(now):
        return []
    return [
        each.id
        for each in times.asking
        if each.kind is not WindowKind.MAIN and each.overlap is None
    ]


def settle(session: Session, now: datetime, exam_id: int) -> bool:
    """Record which windows' keys are open, and before that, once the main windows of a weekly test
    are over, whether its make-ups can avoid their questions. Whether anything was recorded.

    Safe to run twice. The instants recorded are those at which the keys opened.
    """
    times, _ = result_visibility.times_of(session, exam_id, now)
    decided = _undecided(times, now)
    for window_id in decided:
        window = session.get_one(ExamWindow, window_id)
        window.overlap = pools.foreseen(session, window, now)
    session.flush()
    times, _ = result_visibility.times_of(session, exam_id, now)
    opened = [
        window
        for window in windows.with_closed_keys(session, exam_id, now)
        if times.kind is not ExamKind.PRACTICE and times.is_open(window.id, now)
    ]
    for window in opened:
        window.keys_shown_at = min(now, times.opens_at(window.id) or now)
        about = ("exam", exam_id)
        audit_log.record(Caller(session, SYSTEM, now), "keys.shown", about, window=window.id)
    session.flush()
    return bool(decided or opened)
