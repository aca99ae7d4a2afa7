"""Who is refused a page is in the audit, and nobody can fill it."""

from __future__ import annotations

from learnapp.domain.operations.bounds import MOST, Use
from learnapp.services.operations import audit_export, refusals


def test_refusals_are_recorded_as_refused_up_to_a_days_bound(office):
    caller = office.caller("officer")
    before = _refused(office)
    told = [refusals.note(caller, "audit.index", "forbidden") for _ in range(60)]
    most = MOST[Use.REFUSALS].count
    assert told == [True] * most + [False] * (60 - most)
    assert _refused(office) - before == most


def _refused(office) -> int:
    entries = [
        e for part in audit_export.parts(office.session, audit_export.RecordedSpan()) for e in part
    ]
    return sum((e.action, e.result) == ("access.refused", "refused") for e in entries)
