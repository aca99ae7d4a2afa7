"""The audit for other programs: entries as a table, or as messages of syslog (RFC 5424)."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_blocks, audit_log
from learnapp.domain.operations.audit_chain import ChainEntry
from learnapp.services.operations import installation
from question_bank.formats.office.cells import delimited

PART = 1000
COLUMNS = ("id", "at", "actor", "action", "subject_kind", "subject", "result", "address", "detail")
_SENT = "audit_sent"  # the setting that holds the last entry that was sent on
# Facility 13 (log audit); severity 6 (informational) and 4 (warning): RFC 5424, section 6.2.1.
_DONE, _REFUSED = 13 * 8 + 6, 13 * 8 + 4


@dataclass(frozen=True)
class RecordedSpan:
    """Which entries: recorded from an instant on, and before another."""

    since: datetime | None = None
    until: datetime | None = None


def parts(session: Session, span: RecordedSpan, after_id: int = 0) -> Iterator[list[ChainEntry]]:
    """The entries of a span behind one, in order, in parts."""
    while part := audit_blocks.entries_recorded(session, after_id, span.since, span.until, PART):
        yield part
        after_id = part[-1].id


def table(entries: Iterable[ChainEntry], head: bool) -> bytes:
    """Lines of a CSV table; people and things are ids, which /audit has by name."""
    rows = [(*_cells(each), each.result, each.address or "", _detail(each)) for each in entries]
    data = delimited([COLUMNS, *rows] if head else rows)
    return data if head else data.removeprefix(codecs.BOM_UTF8)


def _cells(entry: ChainEntry) -> tuple[object, ...]:
    subject = entry.subject_kind, entry.subject_id
    return (entry.id, _at(entry), entry.actor_id, entry.action, *subject)


def _detail(entry: ChainEntry) -> str:
    return json.dumps(entry.detail, ensure_ascii=False, sort_keys=True)


def message(entry: ChainEntry, host: str) -> bytes:
    """An entry as a message of syslog (RFC 5424), without the framing of a transport."""
    priority = _REFUSED if entry.result == audit_log.REFUSED else _DONE
    values = {
        "id": entry.id,
        "actor": entry.actor_id,
        "action": entry.action,
        "subjectKind": entry.subject_kind,
        "subject": entry.subject_id,
        "result": entry.result,
        "address": entry.address,
        "detail": _detail(entry),
    }
    data = " ".join(
        f'{name}="{_value(value)}"' for name, value in values.items() if value is not None
    )
    header = f"<{priority}>1 {_at(entry)} {host} learnapp - {entry.action}"
    return f"{header} [learnapp@32473 {data}]".encode()


def framed(text: bytes) -> bytes:
    """A message with its length before it: the framing of TCP and TLS (RFC 5425, section 4.3)."""
    return str(len(text)).encode() + b" " + text


def _at(entry: ChainEntry) -> str:
    at = entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return at.replace("+00:00", "Z")


def _value(value: object) -> str:
    """A value of structured data: RFC 5424, section 6.3.3."""
    text = str(value)
    for sign in ("\\", '"', "]"):
        text = text.replace(sign, "\\" + sign)
    return text


def last_sent(session: Session) -> int:
    """The last entry that was sent on; 0 before the first."""
    return int(installation.setting(session, _SENT) or 0)


def note_sent(caller: Caller, entry_id: int) -> None:
    """Entries up to this one were sent on."""
    installation.set_setting(caller.session, _SENT, entry_id)


def note_exported(caller: Caller, form: str, count: int) -> None:
    """Record that the audit was taken out, in which form, and how many entries."""
    audit_log.record(caller, "audit.exported", ("house", None), form=form, count=count)
