"""Keys that stand apart from their questions: found among the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.recognise.key_entries import (
    ANSWER,
    SAID,
    TITLE,
    KeySection,
    entries_of,
    sections_of,
)
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.parts import bracket_answers
from question_bank.formats.recognise.seen import Kind, Seen
from question_bank.formats.records import Note
from question_bank.kinds import CHOICES

# So many numbered answers on lines of their own are a key although no title says so.
_FEWEST_LINES = 3
# What a line of answers can begin with; it spares the rest of the lines a closer look.
_MAYBE = re.compile(
    r"[（(\[【第]?\d{1,4}[\s.．、:：)）\]】题~～—–-]*[\dA-HＡ-Ｈ√×✓✔✗✘对错正TF]|.{0,12}[选判填简].{0,8}\d|.{0,5}答案"
)
# A numbered answer with its reason behind it: `1.A 解析：…`.
_EXPLAINED = re.compile(
    rf"^[(（【第]?\d{{1,4}}\s*[.．、:：)）】题]+\s*(?:[【\[（(]?\s*(?:正确|参考)?答案\s*[】\]）)]?\s*[:：]?)?\s*{SAID}"
    r"(?=[\s,，。;；(（【\[解]|$)"
)


def part_keys(
    lines: Sequence[Line], seen: Sequence[Seen]
) -> tuple[list[int], list[list[KeySection]], list[Note]]:
    """Part the lines into those of questions, by their places, and the blocks of keys among them.

    `seen` is what each line is by its marks.
    """
    rest: list[int] = []
    blocks: list[list[KeySection]] = []
    notes: list[Note] = []
    place = 0
    while place < len(lines):
        end = _block_end(lines, seen, place) if _begins(lines, seen, place) else place
        if end == place:
            rest.append(place)
            place += 1
            continue
        block = sections_of(lines[place:end])
        blocks.append(block)
        where = lines[place].where.reaching(lines[end - 1].where.paragraph)
        notes.append(Note("key_apart", {"answers": sum(len(s.entries) for s in block)}, where))
        place = end
    return rest, blocks, notes


def table_key(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a key that is a table: a row of numbers above a row of answers, repeated.

    Empty if the table is anything else.
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled or len(filled) % 2:
        return []
    lines = []
    for numbers, said in zip(filled[::2], filled[1::2], strict=True):
        pairs = [(n, a) for n, a in zip(numbers, said, strict=False) if n.isdecimal() and a]
        known = sum(cell.isdecimal() for cell in numbers)
        if len(pairs) < 2 or known < len([cell for cell in numbers if cell]) - 1:
            return []
        lines.append(" ".join(f"{number}.{answer}" for number, answer in pairs))
    return lines if all(entries_of(line) is not None for line in lines) else []


def _begins(lines: Sequence[Line], seen: Sequence[Seen], place: int) -> bool:
    """Whether a block of keys starts here: its title, or a line of nothing but answers."""
    text = lines[place].text.strip()
    if not text or len(text) > 2_000 or seen[place].kind is Kind.OPTION:
        return False
    if len(text) <= 40 and TITLE.match(text):
        after = _following(seen, place)
        while after is not None and seen[after].kind in (Kind.HEADING, Kind.CHAPTER):
            if entries_of(lines[after].text) is not None:
                return True
            after = _following(seen, after)
        return after is not None and (
            entries_of(lines[after].text) is not None
            or _EXPLAINED.match(lines[after].text.strip()) is not None
            or _words_follow(lines, seen, after)
        )
    if seen[place].kind is Kind.NUMBER and _EXPLAINED.match(text):
        return _entries_in_a_row(lines, seen, place) >= _FEWEST_LINES
    if not _MAYBE.match(text):
        return False
    found = entries_of(ANSWER.sub("", text))
    return found is not None and len(found[1]) >= (2 if seen[place].kind is Kind.ANSWER else 3)


def _entries_in_a_row(lines: Sequence[Line], seen: Sequence[Seen], place: int) -> int:
    """How many numbered answers follow one another from here, other lines of each between them."""
    count = 0
    after: int | None = place
    while after is not None and count < _FEWEST_LINES:
        what, text = seen[after], lines[after].text.strip()
        if what.kind is Kind.NUMBER and _EXPLAINED.match(text):
            count += 1
        elif what.kind not in (Kind.EXPLANATION, Kind.TEXT) or not count:
            break
        after = _following(seen, after)
    return count


def _words_follow(lines: Sequence[Line], seen: Sequence[Seen], place: int) -> bool:
    """Whether a title is followed by numbered answers in words: from 1 on, nothing that asks."""
    numbers: list[int] = []
    after: int | None = place
    while after is not None and len(numbers) < _FEWEST_LINES:
        what = seen[after]
        if what.kind in (Kind.OPTION, Kind.ANSWER) or bracket_answers(lines[after].text):
            return False
        if what.kind is Kind.NUMBER and what.name != "point":
            numbers.append(what.number)
        elif not numbers:
            return False
        after = _following(seen, after)
    titled = lines[place - 1].text if place else ""
    counted = numbers == list(range(1, len(numbers) + 1))
    asked = any(each.kind is Kind.NUMBER and each.number == 1 for each in seen[:place])
    return counted and asked and "题" not in titled


def _following(seen: Sequence[Seen], place: int) -> int | None:
    return next((i for i in range(place + 1, len(seen)) if seen[i].kind is not Kind.EMPTY), None)


def _block_end(lines: Sequence[Line], seen: Sequence[Seen], start: int) -> int:
    """Where the block ends: before the first line that opens questions again."""
    titled = TITLE.match(lines[start].text.strip()) is not None
    place = start + 1
    while place < len(lines):
        what = seen[place]
        after = _following(seen, place)
        following = seen[after].kind if after is not None else Kind.EMPTY
        if (
            what.kind is not Kind.EMPTY
            and entries_of(lines[place].text) is None
            and (not titled or _asks_again(lines, seen, place, following))
        ):
            break
        place += 1
    return place


def _asks_again(lines: Sequence[Line], seen: Sequence[Seen], place: int, following: Kind) -> bool:
    """Whether a line below a key belongs to questions again."""
    kind = seen[place].kind
    if kind is Kind.NUMBER:
        return following is Kind.OPTION or bool(bracket_answers(lines[place].text))
    if kind in (Kind.HEADING, Kind.CHAPTER):
        if TITLE.match(lines[place].text.strip()):
            return False
        return not _goes_on(lines, seen, place)
    return kind in (Kind.OPTION, Kind.PASSAGE)


def _goes_on(lines: Sequence[Line], seen: Sequence[Seen], place: int) -> bool:
    """Whether a heading inside a key is followed by more of the key."""
    after = _following(seen, place)
    if after is None or seen[after].kind is Kind.HEADING:
        return after is not None
    if entries_of(lines[after].text) is not None:
        return True
    if _EXPLAINED.match(lines[after].text.strip()):
        return True
    if seen[place].type in CHOICES:
        return False
    second = _following(seen, after)
    asks = second is not None and seen[second].kind in (Kind.OPTION, Kind.ANSWER)
    return seen[after].kind is Kind.NUMBER and not asks
