"""A person's notices, as far as they may be shown by now: stored, unread until they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.notices import inbox
from learnapp.db.notices.models import Notice
from learnapp.domain.core.errors import NotFound
from learnapp.services.exams import result_visibility

_MOST = 20  # on the page of the week
_HELD_BACK = "regraded"  # waits until the marks may be seen


@dataclass(frozen=True)
class VisibleNotice:
    """A notice, and whether all of it may be shown by now."""

    notice: Notice
    whole: bool


def notices_of(caller: Caller) -> list[VisibleNotice]:
    """What the person has not put aside yet, newest first, as far as it may be shown by now."""
    person_id = caller.actor.own_id()
    return _tellable(caller, inbox.unread(caller.session, person_id, 3 * _MOST))[:_MOST]


def page_of(caller: Caller, page: int, size: int) -> tuple[list[VisibleNotice], bool]:
    """A page of all notices of the person, newest first, and whether there is a next one."""
    rows = inbox.page_of(caller.session, caller.actor.own_id(), page, size)
    return _tellable(caller, rows[:size]), len(rows) > size


def _tellable(caller: Caller, rows: Sequence[Notice]) -> list[VisibleNotice]:
    """The notices that may be shown.

    A changed total waits until marks may be seen, and of which question until its key may be. The
    answer to a report says what is right: that there is one is shown at once, what it says when the
    key may be shown.
    """
    if not any("attempt" in each.params for each in rows):
        return [VisibleNotice(each, True) for each in rows]
    own = result_visibility.own(caller.session, caller.actor.own_id(), caller.now)
    found = []
    for each in rows:
        attempt = each.params.get("attempt")
        if each.code == "report_answered":
            found.append(VisibleNotice(each, attempt is None or attempt in own.keys))
        elif each.code == _HELD_BACK and attempt in own.marks:
            held = each.params.get("question_id") in own.unfinished
            found.append(VisibleNotice(each, attempt in own.keys and not held))
        elif attempt is None or attempt in own.marks:
            found.append(VisibleNotice(each, True))
    return found


def count_unread(caller: Caller) -> int:
    """How many the person has not read, of those that may be shown; a hundred at most."""
    codes = inbox.unread_codes(caller.session, caller.actor.own_id())
    if _HELD_BACK not in codes:
        return len(codes)
    rows = inbox.unread(caller.session, caller.actor.own_id(), len(codes))
    return len(_tellable(caller, rows))


def dismiss(caller: Caller, notice_id: int) -> None:
    """The person has read a notice of theirs; a repeat changes nothing."""
    row = inbox.notice_of(caller.session, caller.actor.own_id(), notice_id)
    if row is None:
        raise NotFound("notice_unknown")
    row.read_at = row.read_at or caller.now


def read_all(caller: Caller) -> int:
    """Mark all that may be shown by now as read; return how many were unread."""
    person_id = caller.actor.own_id()
    rows = _tellable(caller, inbox.unread(caller.session, person_id, 500))
    return inbox.mark_read(caller.session, person_id, [each.notice.id for each in rows], caller.now)
