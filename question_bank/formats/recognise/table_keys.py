"""Keys that are tables: in columns, in several columns side by side, in rows; as lines of a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.recognise.answers import as_answers, as_truth, type_named
from question_bank.formats.recognise.headers import column_named
from question_bank.formats.recognise.key_entries import TITLE, entries_of
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import LineKind

_LONGEST_TITLE = 40
_LONGEST_TYPE = 12
_FEWEST_PAIRS = 3
_MOST_NUMBER = 5


@dataclass(slots=True)
class TableKey:
    """The lines of a key, how many rows it took, and whether only its content says what it is."""

    lines: list[str] = field(default_factory=list)
    used: int = 0
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where one list of a key has its numbers, answers, explanations and types."""

    number: int
    answer: int
    why: int | None
    kind: int | None


def key_at(rows: Sequence[Sequence[str]]) -> TableKey:
    """The key that begins with the first row, as far as it goes."""
    rows = [[cell.strip() for cell in row] for row in rows]
    found = TableKey()
    titles: list[str] = []
    above: dict[int, str] = {}
    place = 0
    while (place := _next_filled(rows, place)) < len(rows):
        row = rows[place]
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and entries_of(filled[0]) is not None:
            _put(found, [*titles, filled[0]], place + 1)
        elif len(filled) == 1 and _is_title(filled[0]):
            titles.append(filled[0])
            place += 1
            continue
        elif len(filled) > 1 and all(_names_type(cell) for cell in filled):
            above = {at: cell for at, cell in enumerate(row) if cell}
            place += 1
            continue
        elif groups := _groups(row) or _untitled(row, above):
            first = place if row[groups[0].number].isdecimal() else place + 1
            lines, end = _lists(rows, first, groups, above)
            if not lines:
                break
            _put(found, [*titles, *lines], end)
        elif grid := _grid(rows, place):
            _put(found, [*titles, *grid[0]], grid[1])
        elif not found.used and (pairs := _pairs(rows, place)):
            _put(found, [*titles, *pairs], len(rows))
            found.assumed = not titles
        else:
            break
        titles, above, place = [], {}, found.used
    return found


def opens_key(texts: Sequence[str]) -> bool:
    """Whether a row of filled cells begins a key below questions: its title, or its own header."""
    first = texts[0]
    if len(first) > _LONGEST_TITLE:
        return False
    if len(texts) == 1:
        return "答案" in first and (TITLE.match(first) is not None or entries_of(first) is not None)
    opens = column_named(first)
    if opens not in ("number", "type"):
        return False
    names = {column_named(text) for text in texts if len(text) <= _LONGEST_TITLE}
    if {"number", "answer"} <= names:
        return "stem" not in names
    return opens == "number" and all(map(_is_number, texts[1:]))


def _put(found: TableKey, lines: Sequence[str], used: int) -> None:
    found.lines += lines
    found.used = used


def _next_filled(rows: Sequence[Sequence[str]], place: int) -> int:
    while place < len(rows) and not any(cell.strip() for cell in rows[place]):
        place += 1
    return place


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_NUMBER


def _is_title(text: str) -> bool:
    if len(text) > _LONGEST_TITLE:
        return False
    return TITLE.match(text) is not None or classify(text).kind is LineKind.HEADING


def _names_type(text: str) -> bool:
    bare = text.removesuffix("答案").strip(" ：:")
    return len(bare) <= _LONGEST_TYPE and type_named(bare) is not None


def _groups(titles: Sequence[str]) -> list[_Columns]:
    """The lists that a row of titles announces, side by side; none where it names a stem."""
    named = [column_named(title) if len(title) <= _LONGEST_TITLE else None for title in titles]
    starts = [at for at, name in enumerate(named) if name == "number"]
    if "stem" in named or not starts:
        return []
    kind = named.index("type") if "type" in named[: starts[0]] else None
    found = []
    for start, end in zip(starts, [*starts[1:], len(named)], strict=True):
        part = named[start:end]
        if "answer" not in part:
            return []
        why = start + part.index("explanation") if "explanation" in part else None
        own = start + part.index("type") if "type" in part else kind
        found.append(_Columns(start, start + part.index("answer"), why, own))
    return found


def _untitled(row: Sequence[str], above: dict[int, str]) -> list[_Columns]:
    """The lists below types where no titles stand between: a number below each, its answer beside."""
    if not above or not all(_is_number(row[at]) for at in above if at < len(row)):
        return []
    return [_Columns(at, at + 1, None, None) for at in above]


def _lists(
    rows: Sequence[Sequence[str]], place: int, groups: Sequence[_Columns], above: dict[int, str]
) -> tuple[list[str], int]:
    """The lines of lists side by side, and the row behind them."""
    entries: list[list[tuple[str, int, str]]] = [[] for _ in groups]
    kinds = [_above(above, each) for each in groups]
    while place < len(rows):
        row = rows[place]
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and _names_type(filled[0]):
            kinds = [filled[0]] * len(groups)
        elif filled and not _take_row(row, groups, kinds, entries):
            break
        place += 1
    all_entries = [entry for each in entries for entry in each]
    numbers = {number for _, number, _ in all_entries}
    if len(groups) > 1 and not any(kinds) and len(numbers) == len(all_entries):
        all_entries.sort(key=lambda entry: entry[1])
    lines: list[str] = []
    last = ""
    for kind, _, text in all_entries:
        if kind != last:
            lines.append(kind)
            last = kind
        lines.append(text)
    return lines, place


def _above(above: dict[int, str], columns: _Columns) -> str:
    """The type written above a list: over its first column, or over one that it reaches to."""
    last = max(columns.answer, columns.why or 0)
    found = [text for at, text in above.items() if columns.number <= at <= last]
    return found[0].removesuffix("答案") if found else ""


def _take_row(
    row: Sequence[str],
    groups: Sequence[_Columns],
    kinds: Sequence[str],
    entries: Sequence[list[tuple[str, int, str]]],
) -> bool:
    """Take a row's answers into the entries of each list; whether it had any and nothing else."""

    def cell(at: int | None) -> str:
        return row[at] if at is not None and at < len(row) else ""

    taken = False
    for each, kind, found in zip(groups, kinds, entries, strict=True):
        number, stated = cell(each.number), cell(each.answer)
        if not number and not stated:
            continue
        if not _is_number(number):
            return False
        why = cell(each.why)
        own = cell(each.kind)
        text = f"{number}.【答案】{stated}" + f"【解析】{why}" * bool(why)
        found.append((own or kind, int(number), text))
        taken = True
    return taken


def _grid(rows: Sequence[Sequence[str]], place: int) -> tuple[list[str], int] | None:
    """A row of numbers above a row of answers, repeated; the lines and the row behind them."""
    lines: list[str] = []
    while (above := _next_filled(rows, place)) < len(rows):
        below = _next_filled(rows, above + 1)
        if below >= len(rows):
            break
        numbers, stated = rows[above], rows[below]
        pairs = [(n, a) for n, a in zip(numbers, stated, strict=False) if n.isdecimal() and a]
        known = sum(cell.isdecimal() for cell in numbers)
        line = " ".join(f"{number}.{answer}" for number, answer in pairs)
        others = len([cell for cell in numbers if cell]) - known
        if len(pairs) < 2 or others > 1 or entries_of(line) is None:
            break
        lines.append(line)
        place = below + 1
    return (lines, place) if lines else None


def _pairs(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """Numbers from 1 on beside answers, without any title; empty where any row is something else."""
    filled = [[cell for cell in row if cell] for row in rows[place:] if any(row)]
    if len(filled) < _FEWEST_PAIRS or any(len(row) != 2 for row in filled):
        return []
    for count, (number, stated) in enumerate(filled, 1):
        known = as_answers(stated) is not None or as_truth(stated, sure=True) is not None
        if not known or not _is_number(number) or int(number) != count:
            return []
    return [f"{number}.【答案】{stated}" for number, stated in filled]
