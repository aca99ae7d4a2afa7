"""Tables in one sheet, side by side or one below the other: parted before their rows are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Any

from question_bank.formats.recognise.headers import (
    FIRST_ROWS,
    MOST_COLUMNS,
    Header,
    cell_text,
    column_named,
    find_header,
    is_titled,
    stems_alone,
    titles_of,
)
from question_bank.formats.recognise.table_keys import TableKey, key_at

# What can be gone through more than once, a row at a time.
Rows = Iterable[Sequence[Any]]
Span = tuple[int, int]

_KEY_ROWS = 20_000


@dataclass(slots=True)
class Area:
    """One table of a sheet: its rows, those above and the columns beside it empty; its header.

    `start` is its first row, from 0; `span` its columns; `key` the key that its first rows are.
    """

    rows: Rows
    start: int = 0
    span: Span = (0, MOST_COLUMNS)
    first: list[Sequence[Any]] = field(default_factory=list)
    header: Header | None = None
    key: TableKey = field(default_factory=TableKey)


def areas_of(rows: Rows, start: int = 0) -> list[Area]:
    """The tables of a sheet from a row on, from left to right; one of them has what is in none."""
    first = list(islice(rows, start, start + FIRST_ROWS))
    found = []
    for span in spans(first):
        area = Area(rows, start, span, first)
        if span != (0, MOST_COLUMNS):
            area.first = [_masked(row, span) for row in first]
        if start or span != (0, MOST_COLUMNS):
            area.rows = _Part(rows, start, span)
        _see(area)
        found.append(area)
    return found


def below(area: Area, start: int) -> list[Area]:
    """The tables of an area's columns from a row on; none where nothing is below.

    Where the row begins no other table, the area goes on behind it.
    """
    found = areas_of(area.rows, start)
    found = [each for each in found if any(cell_text(c).strip() for row in each.first for c in row)]
    again = found and area.header is not None and not found[0].key.used
    if again and found[0].header is None and area.header is not None:
        area.header.row, area.header.rows = start, 1
        rows = _Part(area.rows, start, area.span)
        return [replace(area, rows=rows, start=start, first=found[0].first)]
    return found


def _see(area: Area) -> None:
    """Find the area's key, or else its header."""
    header = find_header(area.first)
    if header is None or header.row:
        area.key = _key_of(area, header)
    if area.key.used == 0 and header is None:
        header = stems_alone(area.first)
    if area.key.used == 0 and header is not None:
        header.row += area.start
        area.header = header


def _key_of(area: Area, header: Header | None) -> TableKey:
    """The key that an area's first rows are; it takes more rows than are looked at otherwise."""
    texts = [list(map(cell_text, row)) for row in area.first]
    found = key_at(texts if header is None else texts[: header.row])
    if header is None and found.used >= FIRST_ROWS:
        more = islice(area.rows, area.start, area.start + _KEY_ROWS)
        found = key_at([list(map(cell_text, row)) for row in more])
    return found


class _Part:
    """The rows of a sheet, empty above a row and outside of some columns, as often as wanted."""

    def __init__(self, rows: Rows, start: int, span: Span) -> None:
        self._rows = rows
        self._start = start
        self._span = span

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for number, row in enumerate(self._rows):
            yield _masked(row, self._span) if number >= self._start else []


def _masked(row: Sequence[Any], span: Span) -> Sequence[Any]:
    left, right = span
    return [*[""] * min(left, len(row)), *row[left:right]]


def spans(first: Sequence[Sequence[Any]]) -> list[Span]:
    """The columns of each table that stands beside others; one span of all where there is one."""
    texts = [[cell_text(cell).strip() for cell in row[:MOST_COLUMNS]] for row in first]
    width = max(map(len, texts), default=0)
    whole = [(0, MOST_COLUMNS)]
    header = find_header(texts)
    if width < 4 or (header is None and not _may_hold_several(texts)):
        return whole
    found: list[Span] = []
    for span in _apart(texts, width, header):
        cut = [_masked(row, span) for row in texts]
        inner = find_header(cut)
        if inner is None and not key_at(cut).used:
            if found:
                found[-1] = (found[-1][0], span[1])
            continue
        found += [span] if inner is None else _by_titles(cut[inner.row], span)
    if len(found) < 2:
        return whole
    return [(0, found[0][1]), *found[1:-1], (found[-1][0], MOST_COLUMNS)]


def _may_hold_several(texts: Sequence[Sequence[str]]) -> bool:
    """Whether some row names a column of numbers twice, as keys side by side do."""
    return any(
        sum(column_named(cell) == "number" for cell in row if cell) > 1 for row in texts[:15]
    )


def _apart(texts: Sequence[Sequence[str]], width: int, header: Header | None) -> list[Span]:
    """The runs of columns between empty ones, and between those with a title and those without."""
    filled = [any(at < len(row) and row[at] for row in texts) for at in range(width)]
    titled = [False] * width
    if header is not None:
        titles = titles_of(header)
        titled = [at in titles for at in range(width)]
    found: list[Span] = []
    start: int | None = None
    for at in range(width + 1):
        ends = at == width or not filled[at]
        if start is not None and (ends or titled[at] != titled[at - 1]):
            found.append((start, at))
            start = None
        if not ends and start is None:
            start = at
    return found


def _by_titles(titles: Sequence[str], span: Span) -> list[Span]:
    """A span parted where its titles begin again, if each part has a stem and an answer."""
    named = [column_named(title) if is_titled(title) else None for title in titles]
    stems = [at for at, name in enumerate(named) if name == "stem"]
    if len(stems) < 2:
        return _beside_key(named, span, stems)
    cuts = [span[0]]
    for one, other in pairwise(stems):
        leading = {"number", None, *named[cuts[-1] : one]}
        cut = other
        while cut - 1 > one and named[cut - 1] in leading:
            cut -= 1
        held = named[cuts[-1] : one + 1]
        again = next((at for at in range(one + 1, cut) if named[at] and named[at] in held), cut)
        cuts.append(min(cut, again))
    parts = list(zip(cuts, [*cuts[1:], span[1]], strict=True))
    whole = all(find_header([_masked(titles, part)]) is not None for part in parts)
    return parts if whole else [span]


def _beside_key(named: Sequence[str | None], span: Span, stems: Sequence[int]) -> list[Span]:
    """A span parted before the titles of a key, where numbers are named a second time."""
    numbers = [at for at, name in enumerate(named) if name == "number"]
    if len(numbers) < 2 or not stems or not numbers[0] < stems[0] < numbers[1]:
        return [span]
    cut = numbers[1]
    return [(span[0], cut), (cut, span[1])] if "answer" in named[cut:] else [span]
