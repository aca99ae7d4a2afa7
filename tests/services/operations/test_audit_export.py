"""Entries for other programs: a table that no spreadsheet takes for formulas, and syslog as RFC 5424 has it."""

from __future__ import annotations

import re
from datetime import timedelta

from learnapp.db.operations import audit_log
from learnapp.domain.operations.audit_chain import ChainEntry
from learnapp.services.operations import audit_export
from learnapp.services.operations.audit_export import RecordedSpan
from tests.small_office import NOW

ENTRY = ChainEntry(
    7, NOW, 3, "marks.exported", "exam", 5, {"form": 'x"]\\=1'}, "10.0.0.1", audit_log.REFUSED
)
# RFC 5424, section 6: header, structured data.
_MESSAGE = re.compile(
    r"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S+) (\S+) (\S+) (\S{1,32}) "
    r'\[([^ =\]"]{1,32})((?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")+)\]'
)


def test_a_message_is_what_rfc_5424_says():
    text = audit_export.message(ENTRY, "court-1").decode()
    found = _MESSAGE.fullmatch(text)
    assert found is not None, text
    priority, at, host, program, process, kind, name, data = found.groups()
    assert (priority, host, program, process, kind) == (
        "108", "court-1", "learnapp", "-", "marks.exported",
    )  # fmt: skip
    assert at == "2026-11-23T01:00:00.000000Z" and name == "learnapp@32473"
    assert ' result="refused"' in data and ' address="10.0.0.1"' in data
    framed = audit_export.framed("甲".encode())
    assert framed == b"3 " + "甲".encode()


def test_a_table_has_one_head_and_a_line_for_each_entry():
    head, rest = audit_export.table([ENTRY], True), audit_export.table([ENTRY], False)
    assert head.decode("utf-8-sig").splitlines()[0] == ",".join(audit_export.COLUMNS)
    assert head.endswith(rest) and rest.startswith(
        b"7,2026-11-23T01:00:00.000000Z,3,marks.exported"
    )


def test_a_span_is_read_in_parts_and_what_was_sent_is_remembered(office, monkeypatch):
    monkeypatch.setattr(audit_export, "PART", 3)
    every = [each for part in audit_export.parts(office.session, RecordedSpan()) for each in part]
    assert len(every) > 6 and [each.id for each in every] == sorted(each.id for each in every)
    future = RecordedSpan(since=NOW + timedelta(days=9))
    assert list(audit_export.parts(office.session, future)) == []
    assert audit_export.last_sent(office.session) == 0
    audit_export.note_sent(office.system(), every[2].id)
    after = audit_export.last_sent(office.session)
    left = [
        each for part in audit_export.parts(office.session, RecordedSpan(), after) for each in part
    ]
    assert left == every[3:]
    audit_export.note_exported(office.system(), "csv", 3)
