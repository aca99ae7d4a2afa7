"""Keys that stand apart from their questions: found among the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.recognise.key_entries import (
    ANSWER,
    STATED,
    TITLE,
    KeyBlock,
    entries_of,
    explains,
    sections_of,
)
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.parts import bracket_answers
from question_bank.formats.recognise.unnumbered_keys import key_without_numbers
from question_bank.formats.records import Note
from question_bank.kinds import CHOICES

# So many numbered answers on lines of their own are a key although no title says so.
_FEWEST_LINES = 3
_LOOK_BACK = 500
# What a line of answers can begin with; it spares the rest of the lines a closer look.
_MAYBE = re.compile(
    r"[（(\[【第]?\d{1,4}[\s.．、:：)）\]】题~～—–-]*[\dA-HＡ-Ｈ√×✓✔✗✘对错正TF]|.{0,12}[选判填简].{0,8}\d|.{0,5}答案"
)
# A numbered answer with its reason behind it: `1.A 解析：…`.
_EXPLAINED = re.compile(
    rf"^[(（【第]?\d{{1,4}}\s*[.．、:：)）】题]+\s*(?:[【\[（(]?\s*(?:正确|参考)?答案\s*[】\]）)]?\s*[:：]?)?\s*{STATED}"
    r"(?=[\s,，。;；(（【\[解]|$)"
)


def part_keys(
    lines: Sequence[Line], seen: Sequence[ClassifiedLine]
) -> tuple[list[int], list[KeyBlock]]:
    """Part the lines into those of questions, by their places, and the blocks of keys among them.

    `seen` is what each line is by its marks.
    """
    rest: list[int] = []
    blocks: list[KeyBlock] = []
    place = 0
    while place < len(lines):
        if (bare := key_without_numbers(lines, seen, place)) is not None:
            blocks.append(bare[0])
            place = bare[1]
            continue
        end = _block_end(lines, seen, place) if _begins(lines, seen, place) else place
        if end == place:
            rest.append(place)
            place += 1
            continue
        block = sections_of(
            [lines[n] for n in range(place, end) if seen[n].kind is not LineKind.EMPTY]
        )
        where = lines[place].where.reaching(lines[end - 1].where.paragraph)
        blocks.append(KeyBlock(where, block))
        place = end
    return rest, blocks


def key_notes(blocks: Sequence[KeyBlock]) -> list[Note]:
    """A note for each block, with how many answers it gives."""
    return [
        Note("key_apart", {"answers": sum(len(s.entries) for s in each.sections)}, each.where)
        for each in blocks
    ]


def _begins(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> bool:
    """Whether a block of keys starts here: its title, or a line of nothing but answers."""
    text = lines[place].text.strip()
    if not text or len(text) > 2_000 or seen[place].kind is LineKind.OPTION:
        return False
    if len(text) <= 40 and TITLE.match(text):
        after = _following(seen, place)
        while after is not None and seen[after].kind in (LineKind.HEADING, LineKind.CHAPTER):
            if entries_of(lines[after].text) is not None:
                return True
            after = _following(seen, after)
        return after is not None and (
            entries_of(lines[after].text) is not None
            or _EXPLAINED.match(lines[after].text.strip()) is not None
            or _words_follow(lines, seen, after)
        )
    if seen[place].kind is LineKind.NUMBER and _EXPLAINED.match(text):
        return _rows_of_answers(lines, seen, place)
    if not _MAYBE.match(text):
        return False
    found = entries_of(ANSWER.sub("", text))
    labelled = seen[place].kind is LineKind.ANSWER or "答案" in text[:12]
    return found is not None and len(found[1]) >= (2 if labelled else 3)


def _rows_of_answers(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> bool:
    """Whether numbered answers follow one another from here, other lines of each between them.

    Two are enough where a label says what they are, or where they count again up to the end.
    """
    count = 0
    after: int | None = place
    while after is not None and count < _FEWEST_LINES:
        what, text = seen[after], lines[after].text.strip()
        if what.kind is LineKind.NUMBER and _EXPLAINED.match(text):
            count += 1
        elif what.kind not in (LineKind.EXPLANATION, LineKind.TEXT) or not count:
            break
        after = _following(seen, after)
    labelled = "答案" in lines[place].text
    restarts = after is None and seen[place].number == 1 and place > 0
    return count >= _FEWEST_LINES or (count > 1 and (labelled or restarts))


def _words_follow(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> bool:
    """Whether a title is followed by numbered answers in words: from 1 on, nothing that asks."""
    numbers: list[int] = []
    after: int | None = place
    while after is not None and len(numbers) < _FEWEST_LINES:
        what = seen[after]
        if what.kind in (LineKind.OPTION, LineKind.ANSWER) or bracket_answers(lines[after].text):
            return False
        if what.kind is LineKind.NUMBER and what.name != "point":
            numbers.append(what.number)
        elif not numbers:
            return False
        elif what.kind is LineKind.HEADING:
            break
        after = _following(seen, after)
    counted = numbers == list(range(1, len(numbers) + 1))
    return counted and _waiting_above(seen, place) >= max(2, len(numbers))


def _waiting_above(seen: Sequence[ClassifiedLine], place: int) -> int:
    """How many numbered lines, up to a few, stand above without an answer of their own between."""
    count = 0
    for what in reversed(seen[max(0, place - _LOOK_BACK) : place]):
        if what.kind is LineKind.ANSWER:
            break
        count += what.kind is LineKind.NUMBER and what.name != "point"
    return count


def _following(seen: Sequence[ClassifiedLine], place: int) -> int | None:
    return next(
        (i for i in range(place + 1, len(seen)) if seen[i].kind is not LineKind.EMPTY), None
    )


def _block_end(lines: Sequence[Line], seen: Sequence[ClassifiedLine], start: int) -> int:
    """Where the block ends: before the first line that opens questions again."""
    first = lines[start].text.strip()
    titled = TITLE.match(first) is not None or seen[start].kind is LineKind.NUMBER
    explaining = False
    reached = _numbers(first)[1]
    place = start + 1
    while place < len(lines):
        what = seen[place]
        after = _following(seen, place)
        following = seen[after].kind if after is not None else LineKind.EMPTY
        text = lines[place].text.strip()
        if titled and TITLE.match(text):
            explaining = explaining or explains(text)
        elif not titled and what.kind is LineKind.ANSWER and 0 < _numbers(text)[0] <= reached:
            break  # another key of the same questions
        elif (
            what.kind is not LineKind.EMPTY
            and entries_of(text) is None
            and (not titled or _asks_again(lines, seen, place, following))
            and not (explaining and what.kind is LineKind.HEADING and following is LineKind.NUMBER)
        ):
            break
        reached = max(reached, _numbers(text)[1])
        place += 1
    return place


def _numbers(text: str) -> tuple[int, int]:
    """The first and the last number of a line of answers; 0 where it is none."""
    found = entries_of(text)
    return (found[1][0].number, found[1][-1].number) if found and found[1] else (0, 0)


def _asks_again(
    lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int, following: LineKind
) -> bool:
    """Whether a line below a key belongs to questions again."""
    kind = seen[place].kind
    if kind is LineKind.NUMBER:
        return following is LineKind.OPTION or bool(bracket_answers(lines[place].text))
    if kind in (LineKind.HEADING, LineKind.CHAPTER):
        return not _goes_on(lines, seen, place)
    return kind in (LineKind.OPTION, LineKind.PASSAGE)


def _goes_on(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> bool:
    """Whether a heading inside a key is followed by more of the key."""
    heading = place
    after = _following(seen, place)
    while after is not None and seen[after].kind in (LineKind.HEADING, LineKind.CHAPTER):
        if entries_of(lines[after].text) is not None:
            return True
        heading, after = after, _following(seen, after)
    if after is None:
        return False
    if entries_of(lines[after].text) is not None or _EXPLAINED.match(lines[after].text.strip()):
        return True
    if seen[heading].type in CHOICES:
        return False
    second = _following(seen, after)
    asks = second is not None and seen[second].kind in (LineKind.OPTION, LineKind.ANSWER)
    return seen[after].kind is LineKind.NUMBER and not asks
