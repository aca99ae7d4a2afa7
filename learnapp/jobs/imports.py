"""Imports in the background, so that no request waits: files are read, confirmed records come in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from learnapp import logs
from learnapp.db.core.engine import Database
from learnapp.db.core.sealing import Seal
from learnapp.db.files import imports
from learnapp.db.files.imports import ToRead
from learnapp.db.files.store import FileStore
from learnapp.domain.files.imports import ImportKind
from learnapp.jobs.pace import Pace
from learnapp.services.bank import question_entry, question_imports
from learnapp.services.bank.question_imports import FileRead, Staging
from learnapp.services.files import file_reading, staged_imports
from learnapp.services.people import roster, roster_parts
from learnapp.services.people.roster_file import refusal_params
from learnapp.services.people.roster_file import roster_parts as roster_parts_of
from learnapp.services.people.roster_parts import RosterUnits
from question_bank.formats import BankFile, Refused
from question_bank.guarded import read_limited
from question_bank.limited import LATER

PART = 500
# People come in while others save: a part is short even where the machine does much else.
_ROSTER_PART_S = 0.012
_ORDERED = 300  # codes put in their places by one transaction

log = logging.getLogger("learnapp.jobs")


def read_waiting(database: Database, files: FileStore, now: datetime) -> int:
    """Read every file that waits; how many were read. A reading broken off is begun again."""
    work: dict[int, Callable[[], None]] = {}
    with database.reading() as session:
        for kind, read in (
            (ImportKind.QUESTIONS, _read_questions),
            (ImportKind.ROSTER, _read_roster),
        ):
            for each in imports.files_to_read(session, kind):
                work[each.job_id] = partial(read, database, files, now, each)
    begin = partial(_begin, database, file_reading.begin_reading, now)
    return _one_by_one(work, begin, "import %s could not be read: %s")


def enter_waiting(database: Database, seal: Seal, now: datetime) -> int:
    """Bring in what was confirmed and waits, part by part; how many imports. One broken off goes on."""
    work: dict[int, Callable[[], None]] = {}
    with database.reading() as session:
        for kind, enter in (
            (ImportKind.QUESTIONS, _enter_questions),
            (ImportKind.ROSTER, _enter_roster),
        ):
            for job_id in imports.jobs_entering(session, kind):
                work[job_id] = partial(enter, database, seal, now, job_id)
    begin = partial(_begin, database, staged_imports.begin_entering, now)
    return _one_by_one(work, begin, "import %s could not be entered: %s")


def _begin(
    database: Database, note: Callable[[Session, datetime, int], bool], now: datetime, job_id: int
) -> bool:
    with database.writing() as session:
        return note(session, now, job_id)


def _one_by_one(
    work: dict[int, Callable[[], None]], begin: Callable[[int], bool], failure: str
) -> int:
    """Carry out each that begins; one that fails is logged and does not stop the others."""
    for job_id, carry_out in work.items():
        try:
            if begin(job_id):
                carry_out()
        except Exception as error:  # begun again in the next round, not for ever
            log.exception(failure, job_id, logs.summary(error))
    return len(work)


def _enter_questions(database: Database, _seal: Seal, now: datetime, job_id: int) -> None:
    while True:
        with database.reading() as session:
            part = question_entry.next_part(session, job_id)
        if part is None:
            return
        with database.writing("part of a question import") as session:
            question_entry.enter_part(session, now, part)


def _enter_roster(database: Database, seal: Seal, now: datetime, job_id: int) -> None:
    if not _is_sound(database, now, job_id):
        return
    units, pace = RosterUnits(), Pace(roster_parts.PART, _ROSTER_PART_S)
    while True:
        with database.reading() as session:
            part = roster_parts.next_part(session, now, job_id, units, pace.size)
        if part is None:
            return
        if part.is_last:
            break
        with database.writing("part of a roster") as session, pace.measured():
            roster_parts.enter_part(session, now, seal, part, units)
    with database.reading() as session:
        ordered = roster_parts.codes_in_order(session, now, job_id)
    start, pace = 0, Pace(_ORDERED)
    while start < len(ordered):
        some = ordered[start : start + pace.size]
        with database.writing("codes of a roster put in order") as session, pace.measured():
            roster_parts.place_codes(session, job_id, some, start)
        start += len(some)
    with database.writing() as session:
        roster_parts.finish(session, now, job_id)


def _is_sound(database: Database, now: datetime, job_id: int) -> bool:
    """Whether a roster may come in; one with rows that became doubtful is put back."""
    with database.reading() as session:
        check = roster_parts.check_again(session, now, job_id)
        while check is not None and check.look_on(session):
            pass
    if check is None:
        return True
    with database.writing() as session:
        if check.doubtful:
            roster_parts.put_back(session, job_id, check.doubtful)
        else:
            roster_parts.let_in(session, job_id)
    return not check.doubtful


def _read_questions(database: Database, files: FileStore, now: datetime, each: ToRead) -> None:
    try:
        declared = question_imports.declared_of(each.settings)
        found = read_limited(files.path(each.sha256), each.name, LATER, declared)
    except Refused as refused:
        with database.writing() as session:
            file_reading.refuse(session, now, each.job_id, refused.code, refused.params)
        return
    pictures = {files.put(media.data): media.mime for media in found.media.values()}
    with database.reading() as session:
        staging = Staging(question_imports.known_of(session, each.bank_id or 0))
    with database.writing() as session:
        file_reading.start_over(session, each.job_id, len(found.records))
    if _stage(database, each.job_id, staging, found):
        with database.writing() as session:
            read = FileRead(found.notes, found.format, pictures)
            question_imports.finish(session, each.job_id, read)


def _stage(database: Database, job_id: int, staging: Staging, found: BankFile) -> bool:
    """Stage part by part, each in its own transaction: writers beside us wait for one part only."""
    for start in range(0, len(found.records), PART):
        rows = staging.rows(found.records[start : start + PART])
        with database.writing() as session:
            if not file_reading.add_rows(session, job_id, rows):
                return False
    return True


def _read_roster(database: Database, files: FileStore, now: datetime, each: ToRead) -> None:
    with database.reading() as session:
        staging = roster.staging_of(session, now, each.job_id)
    with database.writing() as session:
        file_reading.start_over(session, each.job_id, None)
    try:
        for part in roster_parts_of(files.path(each.sha256), LATER):
            with database.reading() as session:
                rows = staging.rows(session, part)
            with database.writing("part of a roster staged") as session:
                if not file_reading.add_rows(session, each.job_id, rows):
                    return
    except Refused as refused:
        with database.writing() as session:
            params = refusal_params(refused)
            file_reading.refuse(session, now, each.job_id, refused.code, params)
        return
    with database.reading() as session:
        gone = staging.gone(session)
    for start in range(0, len(gone), PART):
        with database.writing("those whom a roster does not have") as session:
            if not file_reading.add_rows(session, each.job_id, gone[start : start + PART]):
                return
    with database.writing() as session:
        roster.finish_reading(session, each.job_id, staging, staging.namesakes(gone))
