"""Imports in the background, so that no request waits: files are read, confirmed records come in."""

from __future__ import annotations

import logging
from datetime import datetime

from learnapp import logs
from learnapp.db.bank import staged_questions
from learnapp.db.bank.staged_questions import ToRead
from learnapp.db.core.engine import Database
from learnapp.db.files.store import FileStore
from learnapp.services.bank import question_entry, question_imports
from learnapp.services.bank.question_imports import FileRead, Staging
from question_bank.formats import BankFile, Refused
from question_bank.guarded import read_limited
from question_bank.limited import LATER

PART = 500

log = logging.getLogger("learnapp.jobs")


def read_waiting(database: Database, files: FileStore, now: datetime) -> int:
    """Read every file that waits; how many were read. A reading broken off is begun again."""
    with database.reading() as session:
        waiting = staged_questions.files_to_read(session)
    for each in waiting:
        try:
            with database.writing() as session:
                begun = question_imports.begin_reading(session, now, each.job_id)
            if begun:
                _read(database, files, now, each)
        except (
            Exception
        ) as error:  # one bad file must not stop the others; tried again, not for ever
            log.exception("import %s could not be read: %s", each.job_id, logs.summary(error))
    return len(waiting)


def enter_waiting(database: Database, now: datetime) -> int:
    """Bring in what was confirmed and waits, part by part; how many imports. One broken off goes on."""
    with database.reading() as session:
        waiting = staged_questions.jobs_entering(session)
    for job_id in waiting:
        try:
            with database.writing() as session:
                begun = question_entry.begin_entering(session, now, job_id)
            if begun:
                _enter(database, now, job_id)
        except Exception as error:  # one import must not stop the others; begun again, not for ever
            log.exception("import %s could not be entered: %s", job_id, logs.summary(error))
    return len(waiting)


def _enter(database: Database, now: datetime, job_id: int) -> None:
    while True:
        with database.reading() as session:
            part = question_entry.next_part(session, job_id)
        if part is None:
            return
        with database.writing("part of a question import") as session:
            question_entry.enter_part(session, now, part)


def _read(database: Database, files: FileStore, now: datetime, each: ToRead) -> None:
    try:
        found = read_limited(files.path(each.sha256), each.name, LATER)
    except Refused as refused:
        with database.writing() as session:
            question_imports.refuse(session, now, each.job_id, refused.code, refused.params)
        return
    pictures = {files.put(media.data): media.mime for media in found.media.values()}
    with database.reading() as session:
        staging = Staging(question_imports.known_of(session, each.bank_id))
    with database.writing() as session:
        question_imports.start_over(session, each.job_id, len(found.records))
    if _stage(database, each.job_id, staging, found):
        with database.writing() as session:
            read = FileRead(found.notes, found.format, pictures)
            question_imports.finish(session, each.job_id, read)


def _stage(database: Database, job_id: int, staging: Staging, found: BankFile) -> bool:
    """Stage part by part, each in its own transaction: writers beside us wait for one part only."""
    for start in range(0, len(found.records), PART):
        rows = staging.rows(found.records[start : start + PART])
        with database.writing() as session:
            if not question_imports.add_rows(session, job_id, rows):
                return False
    return True
