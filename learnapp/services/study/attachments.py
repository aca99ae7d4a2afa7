"""附件: PDF, sound and film beside a reading; attached and taken off by staff, opened by readers."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.files.models import StoredFile
from learnapp.db.operations import audit_log
from learnapp.db.study import attachments
from learnapp.db.study.attachments import AttachedFile
from learnapp.db.study.models import Reading, ReadingAttachment
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.study.attachments import MOST_TRANSCRIPT, check_attachment, ending_of
from learnapp.services.study import portions, readings
from question_bank.formats import Refused
from question_bank.limited import run
from question_bank.secrecy import find_marking

_PAGES = 3  # of a PDF, in which a secrecy marking is looked for


def may_attach(caller: Caller, reading_id: int, name: str, data: bytes, transcript: str) -> Reading:
    """The reading within reach to which the file would be attached.

    Raises NotFound, RuleBroken as `check_attachment`, ("transcript", "too_long"), and for a text that
    bears a secrecy marking ("transcript", "secrecy_marking").
    """
    reading, _version = readings.reading_in_reach(caller, reading_id)
    check_attachment(name, data, len(attachments.attachments_of(caller.session, reading_id)))
    if len(transcript) > MOST_TRANSCRIPT:
        raise RuleBroken("transcript", "transcript_too_long", most=MOST_TRANSCRIPT)
    if marking := find_marking([name.rpartition(".")[0], transcript]):
        raise RuleBroken("transcript", "secrecy_marking", marking=marking)
    return reading


def check_content(name: str, data: bytes) -> None:
    """Read a PDF in a limited process, before any transaction. Raises RuleBroken("file", …):
    secrecy_marking, broken_file, encrypted, too_costly."""
    if ending_of(name) != "pdf":
        return
    try:
        list(run("learnapp.services.study.attachments:task", data, {}))
    except Refused as refused:
        raise RuleBroken("file", refused.code, **refused.params) from refused


def task(source: bytes | Path, _about: dict[str, Any]) -> Iterator[Any]:
    """What the limited process does: looks for a secrecy marking on the first pages."""
    from pypdf import PdfReader  # only a PDF needs it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
        texts = [page.extract_text() for page in reader.pages[:_PAGES]]
    except Refused:
        raise
    except Exception as wrong:  # it may raise anything on bytes that were made to break it
        raise Refused("broken_file", part="pdf") from wrong
    if marking := find_marking(texts):
        raise Refused("secrecy_marking", marking=marking)
    yield {}


def attach(caller: Caller, reading: Reading, file: StoredFile, words: tuple[str, str]) -> None:
    """Attach a stored file under a title with a transcript; recorded in the audit."""
    title, transcript = words
    caller.session.add(
        ReadingAttachment(
            reading_id=reading.id,
            file_id=file.id,
            title=title.strip() or file.name.rpartition(".")[0],
            transcript=transcript.strip(),
            recorded_at=caller.now,
            recorded_by=caller.actor.own_id(),
        )
    )
    caller.session.flush()
    audit_log.record(caller, "reading.attached", ("reading", reading.id))


def take_off(caller: Caller, reading_id: int, file_id: str) -> None:
    """Take an attachment off its reading; one that is off stays so. Raises NotFound."""
    readings.reading_in_reach(caller, reading_id)
    for each in attachments.attachments_of(caller.session, reading_id):
        if each.file.public_id == file_id:
            each.row.removed_at = caller.now
            caller.session.flush()
            audit_log.record(caller, "reading.detached", ("reading", reading_id))


def of_staff(caller: Caller, reading_id: int, file_id: str) -> StoredFile:
    """A file of a reading within reach. Raises NotFound."""
    readings.reading_in_reach(caller, reading_id)
    return _one(caller, reading_id, file_id)


def of_reader(caller: Caller, portion_id: int, file_id: str) -> StoredFile:
    """A file of the reading whose portion the actor may open. Raises NotFound."""
    opened = portions.open_portion(caller, portion_id)
    return _one(caller, opened.reading.id, file_id)


def _one(caller: Caller, reading_id: int, file_id: str) -> StoredFile:
    found: list[AttachedFile] = attachments.attachments_of(caller.session, reading_id)
    for each in found:
        if each.file.public_id == file_id:
            return each.file
    raise NotFound("file_missing")
