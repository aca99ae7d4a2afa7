"""资料库: the readings that a person may open again, by topic, found by words or pinyin initials."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts as duties
from learnapp.db.study import library
from learnapp.db.study.library import LibraryPortion
from learnapp.domain.study.finding import excerpt, is_found


@dataclass(frozen=True)
class LibraryReading:
    """A reading with the portion to open: the first that is not read yet, else the first; `place` is
    where the words that were sought occur in its text."""

    title: str
    source: str
    topic: str
    portion_id: int
    done: int
    portions: int
    place: str = ""


def topics_of(readings: list[LibraryReading]) -> list[str]:
    """The topics of some readings, each once, in their order."""
    return list(dict.fromkeys(each.topic for each in readings if each.topic))


def readings_for(caller: Caller, words: str = "") -> list[LibraryReading]:
    """The readings that are asked of the actor, electives too, and those they have begun; with words
    only those whose title, source, pinyin initials or text have them, by title first."""
    session, person_id = caller.session, caller.actor.own_id()
    asked = [item.id for item in duties.items_asked_of(session, person_id, caller.now)]
    by_reading: dict[int, list[LibraryPortion]] = {}
    for row in library.portions_for(session, person_id, asked):
        by_reading.setdefault(row.reading_id, []).append(row)
    done = library.completed_portions(session, person_id)
    sought = words.strip()
    if not sought:
        return [_entry(rows, done) for rows in by_reading.values()]
    named = {
        each: rows
        for each, rows in by_reading.items()
        if is_found(rows[0].title, rows[0].source, sought)
    }
    versions = {rows[0].version_id for each, rows in by_reading.items() if each not in named}
    places: dict[int, tuple[int, str]] = {}
    for portion_id, html in library.sections_with(session, versions, sought):
        if found := excerpt(html, sought):
            places.setdefault(portion_id, (portion_id, found))
    return [_entry(rows, done) for rows in named.values()] + [
        _entry(rows, done, next(places[row.portion_id] for row in rows if row.portion_id in places))
        for each, rows in by_reading.items()
        if each not in named and any(row.portion_id in places for row in rows)
    ]


def _entry(
    rows: list[LibraryPortion], done: set[int], place: tuple[int, str] | None = None
) -> LibraryReading:
    first = rows[0]
    unread = next((row.portion_id for row in rows if row.portion_id not in done), first.portion_id)
    return LibraryReading(
        first.title,
        first.source,
        first.category.partition("/")[0],
        unread if place is None else place[0],
        sum(1 for row in rows if row.portion_id in done),
        len(rows),
        "" if place is None else place[1],
    )
