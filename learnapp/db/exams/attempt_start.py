"""Named queries for opening an attempt: few statements, whatever the size of bank and roster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    and_,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learnapp.db.bank.key_exposure import shown_since
from learnapp.db.bank.models import KeyExposure, QuestionVersion
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId, Instant, total
from learnapp.db.core.compiled_statements import Prepared, PreparedRows
from learnapp.db.core.immutable_cache import ImmutableCache
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow, ExtraTime, WindowPerson
from learnapp.db.people.models import Person
from learnapp.db.progress.figure_facts import published_in_force
from learnapp.db.progress.person_facts import where_counted
from learnapp.db.study.elective_models import UnitElective
from learnapp.db.study.models import Item, Programme, ProgrammeRevision, Requirement, Stage
from learnapp.db.study.unit_electives import exam_is_offered
from learnapp.domain.study.programme import Audience
from question_bank.content import from_json
from question_bank.kinds import QuestionType
from question_bank.options import keeps_order

_NOW_PUBLISHED = lasting_alias(QuestionVersion)
# Found by question: as expressions, so that SQLite does not go through a whole bank for each.
_IN_FORCE = (
    _NOW_PUBLISHED.status.concat("") == "published",
    _NOW_PUBLISHED.bank_id + 0 == bindparam("bank_id", type_=BigId),
)


@dataclass(frozen=True)
class StartContext:
    """A window with what its exam asks, and the audiences that requirements in force ask it of."""

    window_id: int
    opens_at: datetime
    closes_at: datetime
    window_state: str
    pool_id: int | None
    exam_id: int
    kind: str
    window_kind: str
    tries: int
    counts: str
    duration_s: int
    paper: str
    avoid_last: int
    avoid_days: int
    bank_id: int
    networks: list[str]
    shut_out: bool  # the window is a batch of others
    extra_s: int
    audiences: list[tuple[int, Audience]]  # by line


_PERSON = bindparam("person_id", type_=BigId)
_BATCH = (
    select(WindowPerson.window_id)
    .where(WindowPerson.window_id == ExamWindow.id)
    .correlate(ExamWindow)
)
_EXTRA = (
    select(total(ExtraTime.seconds))
    .where(ExtraTime.exam_id == Exam.id, ExtraTime.person_id == _PERSON)
    .correlate(Exam)
    .scalar_subquery()
)


class _SeatRow(NamedTuple):
    window_id: int
    opens_at: datetime
    closes_at: datetime
    window_state: str
    pool_id: int | None
    exam_id: int
    kind: str
    window_kind: str
    tries: int
    counts: str
    duration_s: int
    paper: str
    avoid_last: int
    avoid_days: int
    bank_id: int
    networks: list[str]
    shut_out: bool
    extra_s: int
    line_id: int | None
    audience: Any


class _KnownRow(NamedTuple):
    why: str
    version_id: int


def _window_of(line_id: Any, audience: Any) -> AnySelect:
    return (
        select(
            ExamWindow.id.label("window_id"),
            ExamWindow.opens_at,
            ExamWindow.closes_at,
            ExamWindow.state.label("window_state"),
            ExamWindow.pool_id,
            Exam.id.label("exam_id"),
            Exam.kind,
            ExamWindow.kind.label("window_kind"),
            Exam.tries,
            Exam.counts,
            Exam.duration_s,
            Exam.paper,
            Exam.avoid_last,
            Exam.avoid_days,
            BlueprintRow.bank_id,
            Exam.networks,
            and_(_BATCH.exists(), ~_BATCH.where(WindowPerson.person_id == _PERSON).exists()).label(
                "shut_out"
            ),
            _EXTRA.label("extra_s"),
            line_id,
            audience,
        )
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .join(BlueprintRow, BlueprintRow.id == Exam.blueprint_id)
        .join(Person, Person.id == _PERSON)
        .where(
            ExamWindow.id == bindparam("window_id", type_=BigId),
            Exam.retired_at.is_(None),
        )
    )


def _seats_to_read(_: Any) -> AnySelect:
    return (
        _window_of(Programme.line_id, Requirement.audience)
        .join(Item, Item.exam_id == Exam.id)
        .join(Requirement, Requirement.item_id == Item.id)
        .join(Stage, Stage.id == Requirement.stage_id)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .join(Programme, Programme.id == ProgrammeRevision.programme_id)
        .where(*published_in_force())
    )


def _seats(_: Any) -> AnySelect:
    return _seats_to_read(_).with_for_update(of=Person)


def _offered_to_read(_: Any) -> AnySelect:
    """The same of an exam that a unit offers and no requirement asks."""
    nobody = cast(null(), BigInteger)
    offered = (
        select(UnitElective.id)
        .join(Item, Item.id == UnitElective.item_id)
        .where(Item.exam_id == Exam.id, UnitElective.ended_at.is_(None))
        .correlate(Exam)
    )
    return _window_of(nobody.label("line_id"), nobody.label("audience")).where(offered.exists())


def _offered(_: Any) -> AnySelect:
    return _offered_to_read(_).with_for_update(of=Person)


_BANK = bindparam("bank_id", type_=BigId)
_SEATS, _SEATS_TO_READ = Prepared(_SeatRow, _seats), Prepared(_SeatRow, _seats_to_read)
_OFFERED, _OFFERED_TO_READ = Prepared(_SeatRow, _offered), Prepared(_SeatRow, _offered_to_read)


def seat_of(
    session: Session, window_id: int, person_id: int, lock: bool = True
) -> StartContext | None:
    """None for a window of an exam that is retired, or that neither a requirement in force asks nor a
    unit offers.

    `lock`: the person is locked, so that two starts at once follow one another on PostgreSQL too.
    """
    for asked in (_SEATS, _OFFERED) if lock else (_SEATS_TO_READ, _OFFERED_TO_READ):
        rows = asked.rows(session, window_id=window_id, person_id=person_id)
        if rows:
            break
    else:
        return None
    context = rows[0]._asdict()
    del context["line_id"], context["audience"]
    audiences = [
        (row.line_id, Audience.from_json(row.audience)) for row in rows if row.line_id is not None
    ]
    return StartContext(**context, audiences=audiences)


def is_expected(session: Session, person_id: int, seat: StartContext, now: datetime) -> bool:
    """Whether one of the audiences holds the person today, by the membership that counts, or a unit of
    theirs offers them the exam."""
    for line_id in {line for line, _ in seat.audiences}:
        counted = where_counted(session, line_id, now, person_id)
        if counted is None:
            continue
        if any(
            line == line_id
            and audience.holds(counted.units_above, counted.category, counted.basis, counted.post)
            for line, audience in seat.audiences
        ):
            return True
    return exam_is_offered(session, person_id, seat.exam_id, now)


def _known(_: Any) -> CompoundSelect[Any]:
    seen = select(literal("key").label("why"), KeyExposure.version_id.label("version_id")).where(
        KeyExposure.person_id == _PERSON
    )
    wrote = select(literal("key"), QuestionVersion.id).where(
        QuestionVersion.bank_id == _BANK, QuestionVersion.recorded_by == _PERSON
    )
    last = (
        select(Attempt.id)
        .where(Attempt.person_id == _PERSON)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .limit(bindparam("avoid_last", type_=BigId))
        .subquery()
    )
    met = (
        select(literal("met"), _NOW_PUBLISHED.id)
        .join(QuestionVersion, QuestionVersion.question_id == _NOW_PUBLISHED.question_id)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(last, last.c.id == PaperQuestion.attempt_id)
        .where(*_IN_FORCE)
    )
    since = bindparam("since", type_=Instant())
    recent = shown_since(lambda person: person == _PERSON, since).subquery()
    shown = (
        select(literal("shown"), _NOW_PUBLISHED.id)
        .join(recent, recent.c.question_id == _NOW_PUBLISHED.question_id)
        .where(*_IN_FORCE)
    )
    return union_all(seen, wrote, met, shown)


_KNOWN = Prepared(_KnownRow, _known)


@dataclass(frozen=True)
class KnownVersions:
    """Versions of a bank that a person knows: `keys` whose key they saw as staff or wrote, `met` of
    questions on their last papers, `shown` of questions whose key they were shown recently."""

    keys: set[int]
    met: set[int]
    shown: set[int]


def known_versions(
    session: Session, person_id: int, seat: StartContext, now: datetime
) -> KnownVersions:
    """What a draw for this person avoids.

    Their last papers are those of whatever exam, as many as this exam asks to avoid, and keys count
    for as many days as it asks; of both, what is published of the same questions today.
    """
    known = KnownVersions(set(), set(), set())
    into = {"key": known.keys, "met": known.met, "shown": known.shown}
    found = _KNOWN.rows(
        session,
        person_id=person_id,
        bank_id=seat.bank_id,
        avoid_last=seat.avoid_last,
        since=now - timedelta(days=seat.avoid_days),
    )
    for why, version_id in found:
        into[why].add(version_id)
    return known


def versions_seen(session: Session, person_id: int, exam_id: int) -> set[int]:
    """The versions on the person's papers of an exam: another paper of it does not repeat them."""
    return set(
        session.scalars(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.person_id == person_id, Attempt.exam_id == exam_id)
        )
    )


@dataclass(frozen=True)
class QuestionShape:
    """What pinning a question needs to know of it, besides its marks."""

    type: str
    blanks: int
    option_ids: tuple[str, ...]
    keeps_order: bool


_FACES: ImmutableCache[int, QuestionShape] = ImmutableCache(50_000)


def question_shapes(session: Session, version_ids: Collection[int]) -> dict[int, QuestionShape]:
    """The faces of published versions, which never change."""
    return _FACES.of(session, version_ids, lambda missing: _load_faces(session, missing))


def _load_faces(session: Session, version_ids: list[int]) -> dict[int, QuestionShape]:
    rows = session.execute(
        select(
            QuestionVersion.id, QuestionVersion.type, QuestionVersion.stem, QuestionVersion.options
        ).where(one_of(QuestionVersion.id, version_ids))
    )
    found = {}
    for row in rows:
        texts = [from_json(option["content"]).plain for option in row.options]
        found[row.id] = QuestionShape(
            type=row.type,
            blanks=from_json(row.stem).blanks,
            option_ids=tuple(option["id"] for option in row.options),
            keeps_order=keeps_order(QuestionType(row.type), texts),
        )
    return found


_PLACES = PreparedRows(PaperQuestion)


def pin(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store the places of a paper, each a row of `PaperQuestion`."""
    _PLACES.insert(session, rows)
