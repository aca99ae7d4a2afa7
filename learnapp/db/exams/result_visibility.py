"""Named queries of what withholds a key, and of what a person may see of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, QuestionVersion
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId, Instant
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams import drawing
from learnapp.db.exams.attempt_models import Allowance, Attempt, PaperQuestion, Result
from learnapp.db.exams.models import DrawPool, Exam, ExamWindow, MarksRelease
from learnapp.db.practice.models import PracticeAnswer
from learnapp.db.study.models import CheckAnswer
from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import (
    AttemptState,
    Channel,
    ExamKind,
    PaperMode,
    WindowKind,
    WindowState,
)
from learnapp.domain.exams.key_visibility import ExamTimes, KeyWindow

_EXAM = bindparam("exam_id", type_=BigId)
_OPEN, _TWIN = lasting_alias(Attempt), lasting_alias(QuestionVersion)
# A sheet of paper is open until somebody enters it; it withholds no key from others. Nor does what
# has run out and waits to be handed in; where time was added, the handing in is waited for.
_ADDED = exists().where(Allowance.attempt_id == _OPEN.id)


def _answering(since: Any) -> ColumnElement[bool]:
    """Whether somebody is answering online in a window, with a deadline from `since` on."""
    return exists().where(
        _OPEN.window_id == ExamWindow.id,
        # In words: the index of open attempts is not found for a value that is bound.
        _OPEN.state == literal_column(f"'{AttemptState.OPEN}'"),
        _OPEN.channel == Channel.ONLINE,
        or_(_OPEN.base_deadline >= since, _ADDED),
    )


class _WindowRow(NamedTuple):
    id: int
    kind: str
    closes_at: datetime
    shown_at: datetime | None
    answering: bool
    overlap: int | None
    cancelled: bool
    exam_id: int
    exam_kind: str
    title: str
    released_at: datetime | None


def _windows(since: Any) -> AnySelect:
    return select(
        ExamWindow.id,
        ExamWindow.kind,
        ExamWindow.closes_at,
        ExamWindow.keys_shown_at.label("shown_at"),
        _answering(since).label("answering"),
        ExamWindow.overlap,
        (ExamWindow.state == WindowState.CANCELLED).label("cancelled"),
        ExamWindow.exam_id,
        Exam.kind.label("exam_kind"),
        Exam.title,
        select(func.max(MarksRelease.released_at))
        .where(MarksRelease.exam_id == ExamWindow.exam_id)
        .correlate(ExamWindow)
        .scalar_subquery()
        .label("released_at"),
    ).join(Exam, Exam.id == ExamWindow.exam_id)


def _times(rows: Sequence[_WindowRow]) -> ExamTimes:
    """The windows of one exam."""
    return ExamTimes(
        ExamKind(rows[0].exam_kind),
        tuple(
            KeyWindow(
                each.id,
                WindowKind(each.kind),
                each.closes_at,
                each.shown_at,
                bool(each.answering),
                each.overlap,
                bool(each.cancelled),
            )
            for each in rows
        ),
    )


_OF_EXAM = Prepared(
    _WindowRow,
    lambda _: (
        _windows(bindparam("since", type_=Instant()))
        .where(ExamWindow.exam_id == _EXAM)
        .order_by(ExamWindow.id)
    ),
)


def times_of(session: Session, exam_id: int, now: datetime) -> tuple[ExamTimes, datetime | None]:
    """An exam's windows, and when its marks were released by hand."""
    rows = _OF_EXAM.rows(session, exam_id=exam_id, since=now - GRACE)
    return _times(rows), rows[0].released_at


@dataclass(frozen=True)
class Running:
    """An exam with windows whose keys are not recorded as open: `waiting` are the begun ones."""

    exam_id: int
    title: str
    times: ExamTimes
    waiting: tuple[int, ...]


def has_begun(now: datetime) -> ColumnElement[bool]:
    """Condition on a window: papers may be drawn in it; a pool that is made counts, and none in one
    that is cancelled."""
    begun = (ExamWindow.opens_at <= now) | ExamWindow.pool_id.is_not(None)
    return (ExamWindow.state != WindowState.CANCELLED) & begun


def begun(session: Session, now: datetime) -> list[Running]:
    """Every exam, practice apart, with a begun window whose keys are not recorded as open.

    What was recorded is left out, so that this does not grow with the years.
    """
    waiting = select(ExamWindow.exam_id).where(ExamWindow.keys_shown_at.is_(None), has_begun(now))
    rows = session.execute(
        _windows(now - GRACE)
        .add_columns(has_begun(now).label("begun"))
        .where(Exam.kind != ExamKind.PRACTICE, ExamWindow.exam_id.in_(waiting))
        .order_by(ExamWindow.exam_id, ExamWindow.id)
    )
    found: dict[int, list[_WindowRow]] = {}
    waits: dict[int, list[int]] = defaultdict(list)
    for *columns, is_begun in rows:
        row = _WindowRow(*columns)
        found.setdefault(row.exam_id, []).append(row)
        if is_begun and row.shown_at is None:
            waits[row.exam_id].append(row.id)
    return [
        Running(exam_id, whole[0].title, _times(whole), tuple(waits[exam_id]))
        for exam_id, whole in found.items()
    ]


@dataclass(frozen=True)
class Closed:
    """A window whose papers' keys are not open yet: of which exam, until when at the least."""

    window_id: int
    exam_id: int
    title: str
    until: datetime


def closed(running: Iterable[Running], now: datetime) -> dict[int, Closed]:
    """The windows whose papers' keys are not open now, by id."""
    return {
        window_id: Closed(
            window_id, each.exam_id, each.title, each.times.opens_at(window_id) or now
        )
        for each in running
        for window_id in each.waiting
        if not each.times.is_open(window_id, now)
    }


@dataclass(frozen=True)
class Unfinished:
    """A question on an open attempt of a person: of which exam, and when it ends."""

    title: str
    until: datetime


def unfinished(session: Session, person_id: int) -> dict[int, Unfinished]:
    """The questions on the papers that the person has not handed in, on screen or in ink."""
    rows = session.execute(
        select(QuestionVersion.question_id, Exam.title, Attempt.base_deadline)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN)
    )
    return {question_id: Unfinished(title, until) for question_id, title, until in rows}


def unfinished_versions(person_id: int | None) -> Select[int]:
    """The ids of all versions of the questions on the person's papers that are not handed in."""
    questions = (
        select(QuestionVersion.question_id)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN)
    )
    return select(_TWIN.id).where(_TWIN.question_id.in_(questions))


def is_unfinished(session: Session, person_id: int | None, question_id: int) -> bool:
    """Whether one question is on such a paper."""
    return _on_an_open_paper(session, person_id, QuestionVersion.question_id == question_id)


def unfinished_in_bank(session: Session, person_id: int | None, bank_id: int) -> bool:
    """Whether the person has an open paper with a question of this bank."""
    return _on_an_open_paper(session, person_id, QuestionVersion.bank_id == bank_id)


def _on_an_open_paper(session: Session, person_id: int | None, wanted: ColumnElement[bool]) -> bool:
    found = session.scalar(
        select(Attempt.id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .where(Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN, wanted)
        .limit(1)
    )
    return found is not None


@dataclass(frozen=True, slots=True)
class HandedInAttempt:
    """An attempt that was handed in, with what rules the showing of its marks and keys."""

    id: int
    public_id: str
    exam_id: int
    window_id: int
    kind: str
    release: str
    closes_at: datetime
    window_kind: str
    keys_shown_at: datetime | None
    released_at: datetime | None
    marked: bool


def attempts_of(session: Session, person_id: int) -> list[HandedInAttempt]:
    """The person's attempts that were handed in, with what rules the showing of marks and key."""
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.exam_id,
            Attempt.window_id,
            Exam.kind,
            Exam.release,
            ExamWindow.closes_at,
            ExamWindow.kind.label("window_kind"),
            ExamWindow.keys_shown_at,
            MarksRelease.released_at,
            exists()
            .where(Result.attempt_id == Attempt.id, Result.number > Attempt.results_from)
            .label("marked"),
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .outerjoin(MarksRelease, MarksRelease.exam_id == Exam.id)
        .where(Attempt.person_id == person_id, Attempt.state == AttemptState.SUBMITTED)
        .order_by(Attempt.id)
    )
    return [HandedInAttempt(*row) for row in rows]


def lawfully_seen(person_id: int, hidden: Collection[int]) -> CompoundSelect[Any]:
    """The ids of the questions whose key the person was lawfully shown: on papers handed in, those
    of the `hidden` attempts apart, in practice, and as check questions."""
    on_papers = (
        select(QuestionVersion.question_id)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            Attempt.person_id == person_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.id.not_in(list(hidden)),
        )
    )
    practised = select(PracticeAnswer.question_id).where(PracticeAnswer.person_id == person_id)
    checked = (
        select(QuestionVersion.question_id)
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .join(CheckAnswer, CheckAnswer.key_revision_id == KeyRevision.id)
        .where(CheckAnswer.person_id == person_id)
    )
    return union(on_papers, practised, checked)


def has_seen(session: Session, person_id: int, hidden: Collection[int], question_id: int) -> bool:
    """Whether one question is among those."""
    seen = lawfully_seen(person_id, hidden).subquery()
    return session.scalar(select(seen.c[0]).where(seen.c[0] == question_id).limit(1)) is not None


def on_a_paper_in(
    session: Session, windows: Collection[int], of_exam: Any = None
) -> ColumnElement[bool]:
    """Condition on a question version: its question is on a paper of one of these windows, or is
    fixed for all of them. `of_exam`, a column, asks for a window of that exam."""
    if not windows:
        return false()
    # The same versions are on papers of years; those of windows that go on are the newest.
    first = session.scalar(select(func.min(Attempt.id)).where(one_of(Attempt.window_id, windows)))
    fixed = _sure_in(session, windows) if of_exam is None else []
    if first is None:
        return QuestionVersion.id.in_(fixed)
    on_paper = used_before(windows, first, of_exam)
    return or_(on_paper, QuestionVersion.id.in_(fixed)) if fixed else on_paper


def _sure_in(session: Session, windows: Iterable[int]) -> list[int]:
    """The versions that will be on papers of these windows though nobody has one yet: what is fixed,
    and the one paper of an exam that has one for all."""
    begun = exists().where(Attempt.window_id == ExamWindow.id)
    rows = session.execute(
        select(ExamWindow.id, ExamWindow.pool_id, DrawPool.fixed, Exam.paper, begun)
        .join(DrawPool, DrawPool.id == ExamWindow.pool_id)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .where(one_of(ExamWindow.id, windows), ExamWindow.kind != WindowKind.REMEDIAL)
    )
    found: set[int] = set()
    for window_id, pool_id, fixed, paper, has_begun in rows:
        found |= set(fixed)
        if paper == PaperMode.ONE and not has_begun:
            source = drawing.drawable(session, pool_id)
            found |= {each.id for each in drawing.one_paper(source, window_id, None)}
    return sorted(found)


def used_before(windows: Collection[int], first: int, of_exam: Any = None) -> ColumnElement[bool]:
    """Condition on a question version: its question is on a paper of one of these windows, the
    first of whose attempts has the id `first`."""
    return exists().where(
        _TWIN.question_id == QuestionVersion.question_id,
        PaperQuestion.version_id == _TWIN.id,
        PaperQuestion.attempt_id >= first,
        Attempt.id == PaperQuestion.attempt_id,
        one_of(Attempt.window_id, windows),
        *([] if of_exam is None else [Attempt.exam_id == of_exam]),
    )
