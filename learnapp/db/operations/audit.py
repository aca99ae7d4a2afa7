"""Named queries of the audit: its entries within reach, and what their ids are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Allowance, Attempt, AttemptReopening
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow, ExtraTime, WindowCorrection
from learnapp.db.files.models import ImportJob, MarkingStatement, StoredFile
from learnapp.db.operations.models import AuditEntry
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import LoginName, Membership, Person, Unit
from learnapp.db.study.models import Item, Portion, Programme, Reading, ReadingVersion
from learnapp.domain.people.names import clean_login, search_words

_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class AuditFilter:
    """What a reader asks of the audit: a person by any part of a name, a thing by its title, codes, a
    span of instants; entries before or after one, by id."""

    who: str = ""
    about: str = ""  # part of the title of an exam, bank, blueprint, programme, reading or unit
    subject: tuple[str, int] | None = None  # one thing alone, by kind and id
    actions: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None


def members(reach: Select[int]) -> Select[int]:
    """The people who serve or served in units within reach."""
    return select(Membership.person_id).where(Membership.unit_id.in_(reach))


def within(reach: Select[int]) -> ColumnElement[bool]:
    """Entries of people who act within reach, or about people and things there."""
    people = members(reach)
    exams = select(Exam.id).where(Exam.owner_unit_id.in_(reach))
    banks = select(Bank.id).where(Bank.owner_unit_id.in_(reach))
    about: dict[str, Select[int]] = {
        "person": people,
        "unit": reach,
        "exam": exams,
        "window": select(ExamWindow.id).where(ExamWindow.exam_id.in_(exams)),
        "attempt": select(Attempt.id).where(Attempt.exam_id.in_(exams)),
        "bank": banks,
        "question_version": select(QuestionVersion.id).where(QuestionVersion.bank_id.in_(banks)),
        "blueprint": select(BlueprintRow.id).where(BlueprintRow.bank_id.in_(banks)),
        "programme": select(Programme.id).where(Programme.owner_unit_id.in_(reach)),
        "reading": select(Reading.id).where(Reading.owner_unit_id.in_(reach)),
        "import": select(ImportJob.id).where(ImportJob.owner_unit_id.in_(reach)),
    }
    return or_(
        AuditEntry.actor_id.in_(people),
        *(
            and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(ids))
            for kind, ids in about.items()
        ),
    )


def _of_person(text: str) -> ColumnElement[bool]:
    """Entries by, or about, the people whom a search finds."""
    login = select(LoginName.person_id).where(
        LoginName.name.contains(clean_login(text), autoescape=True), LoginName.valid_to.is_(None)
    )
    found = select(Person.id).where(
        or_(Person.search_key.contains(search_words(text), autoescape=True), Person.id.in_(login))
    )
    attempts = select(Attempt.id).where(Attempt.person_id.in_(found))
    # Who marked whom stays blind: the name of a candidate does not lead to the marks given.
    open_ones = AuditEntry.action != "answer.marked"
    return or_(
        AuditEntry.actor_id.in_(found),
        and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id.in_(found)),
        and_(AuditEntry.subject_kind == "attempt", AuditEntry.subject_id.in_(attempts), open_ones),
    )


def _of_thing(text: str) -> ColumnElement[bool]:
    """Entries about the things whose title holds a text, and about what belongs to them."""

    def named(key: Any, title: Any) -> Select[int]:
        return select(key).where(title.contains(text, autoescape=True))

    exams = named(Exam.id, Exam.title)
    banks = named(Bank.id, Bank.name)
    readings = named(ReadingVersion.reading_id, ReadingVersion.title)
    about: dict[str, Select[int]] = {
        "exam": exams,
        "window": select(ExamWindow.id).where(ExamWindow.exam_id.in_(exams)),
        "attempt": select(Attempt.id).where(Attempt.exam_id.in_(exams)),
        "bank": banks,
        "question_version": select(QuestionVersion.id).where(QuestionVersion.bank_id.in_(banks)),
        "blueprint": named(BlueprintRow.id, BlueprintRow.name),
        "programme": named(Programme.id, Programme.name),
        "reading": readings,
        "portion": select(Portion.id).where(Portion.reading_id.in_(readings)),
        "unit": named(Unit.id, Unit.name),
        "import": select(ImportJob.id)
        .join(StoredFile, StoredFile.id == ImportJob.file_id)
        .where(StoredFile.name.contains(text, autoescape=True)),
    }
    # Who marked whom stays blind here too: what is found is the exam, nobody's answer.
    return or_(
        *(
            and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(ids))
            for kind, ids in about.items()
        )
    )


def page_of(
    session: Session, wanted: AuditFilter, reach: Select[int] | None, size: int
) -> tuple[list[AuditEntry], bool]:
    """At most `size` entries, the newest first, and whether there are more beyond them; all that
    there are when `reach` is None."""
    found = select(AuditEntry)
    if reach is not None:
        found = found.where(within(reach))
    if wanted.who:
        found = found.where(_of_person(wanted.who))
    if wanted.about:
        found = found.where(_of_thing(wanted.about))
    if wanted.subject is not None:
        kind, subject_id = wanted.subject
        found = found.where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
    if wanted.actions:
        found = found.where(AuditEntry.action.in_(sorted(wanted.actions)))
    if wanted.since is not None:
        found = found.where(AuditEntry.recorded_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(AuditEntry.recorded_at < wanted.until)
    if wanted.after is not None:
        found = found.where(AuditEntry.id > wanted.after).order_by(AuditEntry.id)
    else:
        if wanted.before is not None:
            found = found.where(AuditEntry.id < wanted.before)
        found = found.order_by(AuditEntry.id.desc())
    rows = list(session.scalars(found.limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    return sorted(rows, key=lambda each: -each.id), more


@dataclass(frozen=True)
class AttemptNames:
    """Whose attempt it is, and its state."""

    person_id: int
    exam_id: int
    window_id: int
    void_reason: str


def people_called(
    session: Session, ids: Collection[int], reach: Select[int] | None
) -> dict[int, tuple[str, str]]:
    """(name, login name) of people within reach."""
    found = select(Person.id, Person.name, first_login()).where(one_of(Person.id, ids))
    if reach is not None:
        found = found.where(Person.id.in_(members(reach)))
    return {person_id: (name, login or "") for person_id, name, login in session.execute(found)}


def attempts_called(session: Session, ids: Collection[int]) -> dict[int, AttemptNames]:
    """Whose attempts these are."""
    rows = session.execute(
        select(
            Attempt.id, Attempt.person_id, Attempt.exam_id, Attempt.window_id, Attempt.void_reason
        ).where(one_of(Attempt.id, ids))
    )
    return {row[0]: AttemptNames(row[1], row[2], row[3], row[4] or "") for row in rows}


def windows_called(session: Session, ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """(exam id, when it opens) of windows."""
    rows = session.execute(
        select(ExamWindow.id, ExamWindow.exam_id, ExamWindow.opens_at).where(
            one_of(ExamWindow.id, ids)
        )
    )
    return {window_id: (exam_id, opens_at) for window_id, exam_id, opens_at in rows}


def first_windows(session: Session, exam_ids: Collection[int]) -> dict[int, int]:
    """The first window of each exam: its page in 考务."""
    rows = session.execute(
        select(ExamWindow.exam_id, ExamWindow.id)
        .where(one_of(ExamWindow.exam_id, exam_ids))
        .order_by(ExamWindow.id.desc())
    )
    return {exam_id: window_id for exam_id, window_id in rows}


def titles(session: Session, kind: str, ids: Collection[int]) -> dict[int, str]:
    """What things of a kind are called; kinds that have no title are left out."""
    statement = _TITLES.get(kind)
    if statement is None or not ids:
        return {}
    key = statement.selected_columns[0]
    rows = session.execute(statement.where(one_of(key, ids)))
    return {row[0]: row[1] for row in rows}


_TITLES: dict[str, AnySelect] = {
    "exam": select(Exam.id, Exam.title),
    "bank": select(Bank.id, Bank.name),
    "programme": select(Programme.id, Programme.name),
    "blueprint": select(BlueprintRow.id, BlueprintRow.name),
    "item": select(Item.id, Item.title),
    "question_version": select(QuestionVersion.id, Bank.name).join(
        Bank, Bank.id == QuestionVersion.bank_id
    ),
    "reading": select(ReadingVersion.reading_id, ReadingVersion.title).order_by(
        ReadingVersion.number
    ),
    "import": select(ImportJob.id, StoredFile.name).join(
        StoredFile, StoredFile.id == ImportJob.file_id
    ),
}


def put_away(session: Session, kind: str, ids: Collection[int]) -> set[int]:
    """Which of these banks or readings were put away; they have no page any more."""
    table: Any = {"bank": Bank, "reading": Reading}[kind]
    if not ids:
        return set()
    found = select(table.id).where(one_of(table.id, ids), table.retired_at.is_not(None))
    return set(session.scalars(found))


def readings_of_portions(session: Session, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(reading id, which day) of portions."""
    rows = session.execute(
        select(Portion.id, Portion.reading_id, Portion.ordinal).where(one_of(Portion.id, ids))
    )
    return {portion_id: (reading_id, ordinal) for portion_id, reading_id, ordinal in rows}


def imports_called(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(kind, public id) of imports."""
    rows = session.execute(
        select(ImportJob.id, ImportJob.kind, ImportJob.public_id).where(one_of(ImportJob.id, ids))
    )
    return {job_id: (kind, public_id) for job_id, kind, public_id in rows}


def blueprint_banks(session: Session, ids: Collection[int]) -> dict[int, int]:
    """The bank of each blueprint."""
    rows = session.execute(
        select(BlueprintRow.id, BlueprintRow.bank_id).where(one_of(BlueprintRow.id, ids))
    )
    return {blueprint_id: bank_id for blueprint_id, bank_id in rows}


_GIVEN_REASONS = (
    ("attempt", Allowance.attempt_id, Allowance.recorded_at, Allowance.reason),
    ("attempt", AttemptReopening.attempt_id, AttemptReopening.recorded_at, AttemptReopening.reason),
    ("person", ExtraTime.person_id, ExtraTime.recorded_at, ExtraTime.reason),
    ("exam", WindowCorrection.exam_id, WindowCorrection.recorded_at, WindowCorrection.reason),
    (
        "import",
        MarkingStatement.job_id,
        MarkingStatement.recorded_at,
        MarkingStatement.reason + "；" + MarkingStatement.authority,
    ),
)


def reasons(
    session: Session, ids: Mapping[str, Collection[int]], span: tuple[datetime, datetime]
) -> dict[tuple[str, int, datetime], str]:
    """Why time was given or withdrawn, a window corrected, an attempt opened again: per kind of
    subject, its id and the instant of the entry. `ids` are the subjects of each kind."""
    first, last = span
    found: dict[tuple[str, int, datetime], str] = {}
    for kind, subject, at, reason in _GIVEN_REASONS:
        if not ids[kind]:
            continue
        rows = session.execute(
            select(subject, at, reason).where(
                one_of(subject, ids[kind]), at.between(first - _MOMENT, last + _MOMENT)
            )
        )
        found |= {(kind, its, then): why for its, then, why in rows}
    return found
