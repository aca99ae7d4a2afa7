"""书签和笔记: what a reader marks for themselves; nobody else reads it, nothing counts it."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.study import library
from learnapp.db.study.library import NoteRow
from learnapp.db.study.models import OwnNote
from learnapp.domain.core.seen import mark_of
from learnapp.services.study.portions import PortionView


def note_at(caller: Caller, opened: PortionView, section: int) -> str | None:
    """The note at a section of one's own, counted from 0: empty for a bookmark alone; None without
    any."""
    found = library.note_at(caller.session, caller.actor.own_id(), opened.portion.id, section)
    return None if found is None else found.text


def keep(caller: Caller, opened: PortionView, section: int, text: str, seen: str) -> bool:
    """Mark a section of a portion that one may read, with a note or without; a later text replaces the one
    whose mark is `seen`. One written elsewhere meanwhile stays above it: True for that.

    Raises TextTooLong.
    """
    session, person_id = caller.session, caller.actor.own_id()
    within = max(0, min(section, opened.last))
    row = library.note_at(session, person_id, opened.portion.id, within)
    if row is None:
        row = OwnNote(person_id=person_id, portion_id=opened.portion.id, section=within)
        session.add(row)
    typed, there = text.strip().replace("\r\n", "\n"), row.text or ""
    beside = there not in ("", typed) and seen != mark_of(there)
    if beside:
        is_there = not typed or f"\n{there}\n".endswith(f"\n{typed}\n")
        typed = there if is_there else f"{there}\n{typed}"
    row.text, row.updated_at = typed, caller.now
    session.flush()
    return beside


def remove(caller: Caller, portion_id: int, section: int) -> None:
    """Take one's own mark at a section away."""
    library.remove_note(caller.session, caller.actor.own_id(), portion_id, section)


def notes_of(caller: Caller) -> list[NoteRow]:
    """One's own bookmarks and notes, the newest first."""
    return library.notes_of(caller.session, caller.actor.own_id())
