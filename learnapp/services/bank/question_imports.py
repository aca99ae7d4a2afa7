"""Question imports: read, staged row by row, mended; `question_entry` brings them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank import staged_questions
from learnapp.db.bank.models import Bank
from learnapp.db.bank.question_values import whole_of
from learnapp.db.bank.staged_questions import RowFilter
from learnapp.db.core.caller import Caller
from learnapp.db.files.models import ImportJob, ImportRow, StoredFile
from learnapp.db.operations import audit_log
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.files import file_reading, staged_imports
from learnapp.wording.catalogue import Language
from learnapp.wording.joining import parted
from question_bank.annotate import RejectedRecord
from question_bank.duplicates import Duplicate, DuplicateIndex, known
from question_bank.editing import Fields, from_fields
from question_bank.formats import BankFile, Declared, Note, Outcome, Reason, Record, Where
from question_bank.messages import message
from question_bank.model import Question, fingerprint, question_to_json

KIND = ImportKind.QUESTIONS
MOST_NOTES = 2_000
_NOTHING = Declared()
MOST_AT_ONCE = 200  # records; more are staged in the background, part by part


def declared_of(settings: Mapping[str, Any]) -> Declared:
    """What was declared about the file of an import, for its reader."""
    return Declared(**settings.get("declared", {}))


def begin(caller: Caller, bank: Bank, file: StoredFile, declared: Declared = _NOTHING) -> ImportJob:
    """An import whose file is still to be read; it can be cancelled from now on."""
    job = staged_imports.new_job(caller, KIND, file, JobState.READING, bank_id=bank.id)
    if declared != _NOTHING:
        job.settings = {"declared": asdict(declared)}
    audit_log.record(caller, "import.begun", ("import", job.id), kind=KIND)
    return job


def known_of(session: Session, bank_id: int) -> DuplicateIndex[int]:
    """What the bank has, to find the twins of what comes: questions by their ids."""
    return DuplicateIndex(
        known(question_id, each) for question_id, each in whole_of(session, bank_id)
    )


class Staging:
    """Turns the records of one file into rows, part by part, each beside its twin.

    It takes longer than writing the rows does: no transaction should be open meanwhile.
    """

    def __init__(self, there: DuplicateIndex[int]) -> None:
        self._there = there
        self._here: DuplicateIndex[int] = DuplicateIndex()
        self._ordinal = 0

    def rows(self, records: Sequence[Record]) -> list[dict[str, Any]]:
        """The rows of the records that come next in the file."""
        return [self._row(record) for record in records]

    def _row(self, record: Record) -> dict[str, Any]:
        self._ordinal += 1
        twin = None
        reasons = [reason.to_json() for reason in record.reasons]
        outcome = record.outcome
        if record.question is not None:
            mine = known(self._ordinal, record.question)
            twin = _twin(self._here.of(mine), self._there.of(mine))
            self._here.add(mine)
        if twin is not None and twin["key_differs"]:
            outcome = Outcome.TO_CONFIRM
            reasons.append(Reason(f"other_key_in_{twin['in']}").to_json())
        ready = outcome is Outcome.READY and not (twin is not None and twin["same"])
        content: Any = (
            record.draft if record.question is None else question_to_json(record.question)
        )
        return {
            "ordinal": self._ordinal,
            "place": record.where.to_json(),
            "outcome": str(outcome),
            "reasons": reasons,
            "record": content,
            "raw": record.raw,
            "decision": "take" if ready else "leave",
            "type": record.type,
            "twin": twin,
        }


def _twin(here: Duplicate[int] | None, there: Duplicate[int] | None) -> dict[str, Any] | None:
    """The nearer of a twin in the file and one in the bank; the bank's, if they are as near."""
    found = [(each, where) for each, where in ((there, "bank"), (here, "file")) if each is not None]
    if not found:
        return None
    each, where = max(found, key=lambda pair: (pair[0].same, pair[0].likeness))
    return {
        "in": where,
        "of": each.name,
        "same": each.same,
        "key_differs": each.key_differs,
        "likeness": each.likeness,
    }


@dataclass(frozen=True)
class FileRead:
    """What was read of a file beside its records: notes, its format, the media types of its
    pictures by SHA-256."""

    notes: Sequence[Note]
    form: str
    pictures: Mapping[str, str]


def finish(session: Session, job_id: int, read: FileRead) -> bool:
    """reading → staged, with the notes and pictures of the file; False if it was cancelled."""
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state != JobState.READING:
        return False
    staged_imports.keep_pictures(session, job, read.pictures)
    job.counts = staged_questions.counts_by_outcome(session, job_id)
    job.notes = [note.to_json() for note in read.notes[:MOST_NOTES]]
    job.settings = {**job.settings, "format": read.form}
    job.state = JobState.STAGED
    return True


def stage(
    caller: Caller, job: ImportJob, found: BankFile, rows: Sequence[Mapping[str, Any]]
) -> ImportJob:
    """Stage what was read at once of the file of an import that was begun."""
    session = caller.session
    file_reading.start_over(session, job.id, len(rows))
    file_reading.add_rows(session, job.id, rows)
    pictures = {sha256: media.mime for sha256, media in found.media.items()}
    finish(session, job.id, FileRead(found.notes, found.format, pictures))
    return job


# What the admin does with the rows.


def row_of(session: Session, job: ImportJob, ordinal: int) -> ImportRow:
    """One row. Raises NotFound."""
    row = session.get(ImportRow, (job.id, ordinal))
    if row is None:
        raise NotFound("import_row_unknown")
    return row


def is_whole(record: Any) -> bool:
    """Whether a row's record is a whole question: a draft has the answer as it was stated."""
    return isinstance(record, dict) and "said" not in record


def decide(caller: Caller, public_id: str, ordinal: int, take: bool) -> None:
    """Take or leave one staged record; only one that reads as a whole question can be taken."""
    job = staged_imports.take_staged(caller, public_id, KIND)
    row = row_of(caller.session, job, ordinal)
    if take and not is_whole(row.record):
        raise RuleBroken("decision", "record_incomplete")
    row.decision = "take" if take else "leave"


def decide_all(caller: Caller, public_id: str, wanted: RowFilter, take: bool) -> int:
    """Take or leave all that is meant; to be taken, a record must be whole. How many changed."""
    job = staged_imports.take_staged(caller, public_id, KIND)
    changed = 0
    for row in staged_questions.all_rows(caller.session, job.id, wanted):
        decision = "take" if take else "leave"
        if row.decision != decision and (not take or is_whole(row.record)):
            row.decision = decision
            changed += 1
    return changed


def set_category(
    caller: Caller,
    public_id: str,
    wanted: RowFilter,
    category: Sequence[str],
) -> int:
    """Put all that is meant under one category. How many records that were."""
    job = staged_imports.take_staged(caller, public_id, KIND)
    changed = 0
    for row in staged_questions.all_rows(caller.session, job.id, wanted):
        if isinstance(row.record, dict):
            row.record = {**row.record, "category": list(category)}
            changed += 1
    return changed


def amend(caller: Caller, public_id: str, ordinal: int, fields: Fields) -> Record:
    """Put what a person typed in place of a staged record, and take it if it is whole now.

    The record says what is still wrong; then nothing is kept, and the form shows it again.
    """
    session = caller.session
    job = staged_imports.take_staged(caller, public_id, KIND)
    row = row_of(session, job, ordinal)
    place = row.place or {}
    record = from_fields(fields, row.record or {}, Where(**place))
    if record.question is None or record.outcome is not Outcome.READY:
        return record
    row.record = question_to_json(record.question)
    row.outcome, row.reasons, row.decision = str(Outcome.READY), [], "take"
    row.type = record.type
    row.twin = _twin(None, _same_in_bank(session, job.bank_id, record.question))
    session.flush()
    return record


def _same_in_bank(
    session: Session, bank_id: int | None, question: Question
) -> Duplicate[int] | None:
    """The question of the bank that is the same, without looking at all the others."""
    ids = staged_questions.with_fingerprint(session, bank_id, fingerprint(question))
    same = whole_of(session, bank_id, ids)
    return DuplicateIndex(known(name, each) for name, each in same).of(known(0, question))


def troubles_of(session: Session, job: ImportJob, language: Language) -> list[RejectedRecord]:
    """The records that are not taken and not in the bank already, with what is wrong with each."""
    return [
        RejectedRecord(
            Where(**(row.place or {})),
            row.raw,
            parted(
                language, (message(each["code"], each["params"], language) for each in row.reasons)
            ),
        )
        for row in staged_questions.left_in_doubt(session, job.id)
    ]


def twins_of(session: Session, rows: Sequence[ImportRow]) -> dict[int, Any]:
    """Per row its twin as JSON data, from the same file or from the bank, to be shown beside it."""
    here = {row.twin["of"] for row in rows if row.twin and row.twin["in"] == "file"}
    there = {row.twin["of"] for row in rows if row.twin and row.twin["in"] == "bank"}
    job_id = rows[0].job_id if rows else 0
    in_file = {row.ordinal: row.record for row in staged_questions.rows_at(session, job_id, here)}
    in_bank = {n: question_to_json(q) for n, q in whole_of(session, None, there)}
    found = {}
    for row in rows:
        if row.twin:
            source = in_file if row.twin["in"] == "file" else in_bank
            found[row.ordinal] = source.get(row.twin["of"])
    return found
