"""调阅台账: what of people's records is entered when staff open it, and with which reason."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.lengths import LINE
from learnapp.domain.core.permissions import Actor, Permission, Role


class RecordKind(StrEnum):
    """Whose record was opened: one person's, or the papers and marks of a window of an exam."""

    PERSON = "person"
    WINDOW = "window"


# The pages that show a record, by endpoint, with what the address names.
PAGES: Mapping[str, tuple[RecordKind, str]] = {
    "learning.index": (RecordKind.PERSON, "person_id"),
    "papers.show": (RecordKind.WINDOW, "window_id"),
    "papers.printed": (RecordKind.WINDOW, "window_id"),
    "results.show": (RecordKind.WINDOW, "window_id"),
    "results.export": (RecordKind.WINDOW, "window_id"),
}


def checked_reason(text: str) -> str:
    """The reason as it is kept. Raises RuleBroken("reason", "reason_needed" or "value_too_long")."""
    reason = text.strip()
    if not reason:
        raise RuleBroken("reason", "reason_needed")
    if len(reason) > LINE:
        raise RuleBroken("reason", "value_too_long", most=LINE)
    return reason


def is_by_group(actor: Actor, permission: Permission) -> bool:
    """Whether the actor reads as a member of a guidance group alone: the inspected do not see it."""
    held = {each.role for each in actor.over(permission)}
    return held == {Role.INSPECTOR}
