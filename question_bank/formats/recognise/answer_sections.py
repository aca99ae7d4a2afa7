"""Keys that stand apart from their questions: found among the lines, then given to the parts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from question_bank.formats.recognise.answers import type_named
from question_bank.formats.recognise.line_classifier import (
    ClassifiedLine,
    LineKind,
    classify,
    split_explanation,
)
from question_bank.formats.recognise.lines import Line, plain
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.records import Note, Refused, Where
from question_bank.kinds import QuestionType

_MOST_PAIRS = 1_000_000
_TITLE = re.compile(
    r"^[#\s【\[（(]*[^。？?，,]{0,16}?答案(?:(?:及|与|和|、)?(?:评分标准|解析|详解|说明|要点))?[】\]）)\s]*[:：]?$"
)
_SECTION = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.:\s]*)?(?P<type>[一-鿿]{0,6}?(?:选择|单选|多选|判断|是非|填空|简答"
    r"|问答|论述|不定项)题?)(?:\([^)]*\))?[答案]{0,2}\s*[:：]?\s*(?P<rest>.*)$"
)
_SAID = r"(?:[A-H](?:[、,\s]?[A-H])*(?![a-z])|√|×|✓|✔|✗|✘|对|错|正确|错误|[TF](?![A-Za-z]))"
_RANGE = re.compile(
    r"(\d{1,4})\s*[-–—~至到]\s*(\d{1,4})\s*[题]?\s*[:.、)]?\s*"
    r"((?:[A-H√×✓✔✗✘对错TF]|[\s,、;](?!\s*\d))+)"
)
_ONE = re.compile(rf"[(\[【第]?(\d{{1,4}})\s*[题)\]】]?\s*[.、:)]?\s*\(?\s*({_SAID})\s*\)?")
# What a line of answers can begin with; it spares the rest of the lines a closer look.
_MAYBE = re.compile(
    r"[（(\[【第]?\d{1,4}[\s.．、:：)）\]】题~～—–-]*[\dA-HＡ-Ｈ√×✓✔✗✘对错正TF]|.{0,12}[选判填简].{0,8}\d|.{0,5}答案"
)
_BETWEEN = re.compile(r"[\s,，、;；。.|]*")
_ANSWER = re.compile(r"^\s*[【\[]?(?:正确|参考|标准)?答案[】\]]?\s*[:：]\s*")
# A numbered answer with its reason behind it: `1.A 解析：…`.
_EXPLAINED = re.compile(
    rf"^\d{{1,4}}\s*[.．、:：]\s*【?(?:答案】?\s*[:：]?)?\s*{_SAID}(?=[\s,，。;；(（【解]|$)"
)
_ENTRY = re.compile(r"^[(（【\[第]?(\d{1,4})\s*[.．、:：)）】\]题]+\s*(.*)$", re.DOTALL)


@dataclass(slots=True)
class KeyEntry:
    """What the key says of one number."""

    number: int
    answer: str
    explanation: str = ""


@dataclass(slots=True)
class KeySection:
    """A run of entries whose numbers rise; `broken` if a range and its letters differ in length."""

    where: Where
    type: QuestionType | None = None
    entries: list[KeyEntry] = field(default_factory=list)
    broken: bool = False


def part_keys(
    lines: Sequence[Line], seen: Sequence[ClassifiedLine]
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
        block = _block(lines[place:end])
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
    return lines if all(_entries(line) is not None for line in lines) else []


def _begins(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> bool:
    """Whether a block of keys starts here: its title, or a line of nothing but answers."""
    text = lines[place].text.strip()
    if not text or len(text) > 2_000 or seen[place].kind is LineKind.OPTION:
        return False
    if "答案" in text and _TITLE.match(text):
        after = _following(seen, place)
        while after is not None and seen[after].kind in (LineKind.HEADING, LineKind.CHAPTER):
            if _entries(lines[after].text) is not None:
                return True
            after = _following(seen, after)
        return after is not None and (
            _entries(lines[after].text) is not None
            or _EXPLAINED.match(lines[after].text.strip()) is not None
        )
    if not _MAYBE.match(text):
        return False
    found = _entries(_ANSWER.sub("", text))
    return found is not None and len(found[1]) >= (2 if seen[place].kind is LineKind.ANSWER else 3)


def _following(seen: Sequence[ClassifiedLine], place: int) -> int | None:
    return next(
        (i for i in range(place + 1, len(seen)) if seen[i].kind is not LineKind.EMPTY), None
    )


def _block_end(lines: Sequence[Line], seen: Sequence[ClassifiedLine], start: int) -> int:
    """Where the block ends: before the first line that opens questions again."""
    titled = _TITLE.match(lines[start].text.strip()) is not None
    place = start + 1
    while place < len(lines):
        what = seen[place]
        after = _following(seen, place)
        following = seen[after].kind if after is not None else LineKind.EMPTY
        if (
            what.kind is not LineKind.EMPTY
            and _entries(lines[place].text) is None
            and (not titled or _asks_again(lines, seen, place, following))
        ):
            break
        place += 1
    return place


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
    after = _following(seen, place)
    if after is None or seen[after].kind is LineKind.HEADING:
        return after is not None
    if _entries(lines[after].text) is not None:
        return True
    second = _following(seen, after)
    asks = second is not None and seen[second].kind in (LineKind.OPTION, LineKind.ANSWER)
    return seen[after].kind is LineKind.NUMBER and not asks


def _entries(text: str) -> tuple[QuestionType | None, list[KeyEntry], bool] | None:
    """The answers of a line of nothing but answers, with the type it names; None if it is none."""
    word = unicodedata.normalize("NFKC", plain(text)).strip()
    kind = None
    if named := _SECTION.match(word):
        kind, word = type_named(named["type"]), named["rest"]
    entries: list[KeyEntry] = []
    broken = False
    place = 0
    while place < len(word):
        if ranged := _RANGE.match(word, place):
            said = _ranged(ranged)
            broken = broken or said is None
            entries += said or []
            place = ranged.end()
        elif one := _ONE.match(word, place):
            entries.append(KeyEntry(int(one.group(1)), one.group(2)))
            place = one.end()
        else:
            return None
        place = max(place, _skip(word, place))
    return (kind, entries, broken) if entries or broken else None


def _skip(word: str, place: int) -> int:
    found = _BETWEEN.match(word, place)
    return place if found is None else found.end()


def _ranged(found: re.Match[str]) -> list[KeyEntry] | None:
    """`1-5 ABCDA` or `1-3 AB ACD BC`; None when the answers are not as many as the numbers."""
    first, last = int(found.group(1)), int(found.group(2))
    groups = re.split(r"[\s,、;]+", found.group(3).strip())
    said = groups if len(groups) == last - first + 1 else list("".join(groups))
    if last < first or len(said) != last - first + 1:
        return None
    return [KeyEntry(number, each) for number, each in enumerate(said, first)]


def _block(lines: Sequence[Line]) -> list[KeySection]:
    sections = [KeySection(lines[0].where)]
    for line in lines:
        text = _ANSWER.sub("", line.text.strip())
        what = classify(line.text)
        if what.kind is LineKind.EMPTY or _TITLE.match(line.text.strip()):
            continue
        found = _entries(text)
        if found is None and what.kind in (LineKind.HEADING, LineKind.CHAPTER):
            sections.append(KeySection(line.where, what.type))
        elif found is not None:
            kind, entries, broken = found
            if kind is not None:
                sections.append(KeySection(line.where, kind))
            for entry in entries:
                _put(sections, line, entry)
            sections[-1].broken = sections[-1].broken or broken
        else:
            _put_words(sections, line, what)
    return [each for each in sections if each.entries or each.broken]


def _put(sections: list[KeySection], line: Line, entry: KeyEntry) -> None:
    now = sections[-1]
    if now.entries and entry.number <= now.entries[-1].number:
        now = KeySection(line.where)
        sections.append(now)
    now.entries.append(entry)


def _put_words(sections: list[KeySection], line: Line, what: ClassifiedLine) -> None:
    """A line of a key that has words: a numbered answer, or more of the one before."""
    now = sections[-1]
    last = now.entries[-1] if now.entries else None
    text = line.text.strip()
    numbered = _ENTRY.match(text)
    if (
        numbered
        and what.name != "point"
        and (last is None or int(numbered.group(1)) in (last.number + 1, 1))
    ):
        said, explained = split_explanation(_ANSWER.sub("", numbered.group(2)))
        _put(
            sections,
            line,
            KeyEntry(int(numbered.group(1)), said.strip(), (explained or "").strip()),
        )
    elif last is None:
        return
    elif what.kind is LineKind.EXPLANATION:
        last.explanation = f"{last.explanation}\n{what.value}".strip()
    elif what.kind is LineKind.ANSWER:
        last.answer = f"{last.answer}\n{what.value}".strip()
    elif last.explanation:
        last.explanation += f"\n{text}"
    else:
        last.answer = f"{last.answer}\n{text}".strip()


def give_keys(parts: Sequence[Parts], blocks: Sequence[list[KeySection]]) -> None:
    """Give each question without an answer the one that a key after it has for its number.

    Where numbers repeat, sections are paired in order or by type; whatever cannot be paired
    stays without an answer and says so.
    """
    without = [each for each in parts if not each.points and not bracket_answers(each.stem)]
    looked_at = 0
    for block in blocks:
        start = block[0].where.first if block else None
        waiting = [
            each
            for each in without
            if not each.answers and (start is None or (each.where.first or 0) < start)
        ]
        looked_at += len(waiting)
        if looked_at > _MOST_PAIRS:  # thousands of keys for thousands of questions without any
            raise Refused("too_costly")
        for section, run in _pairs(block, waiting):
            _give(section, run)


def _pairs(
    block: Sequence[KeySection], waiting: Sequence[Parts]
) -> Iterator[tuple[KeySection, list[Parts]]]:
    told = [entry.number for section in block for entry in section.entries]
    if len(set(told)) == len(told) and len({each.number for each in waiting}) == len(waiting):
        whole = KeySection(block[0].where, None, [e for s in block for e in s.entries])
        whole.broken = any(section.broken for section in block)
        yield whole, list(waiting)
        return
    runs = list(_runs(waiting))
    by_type = Counter(run[0].declared for run in runs)
    if len(runs) == len(block):
        yield from zip(block, runs, strict=True)
        return
    for section in block:
        same = [run for run in runs if run[0].declared is section.type]
        if section.type is not None and by_type[section.type] == 1:
            yield section, same[0]
    for run in runs:
        if by_type[run[0].declared] > 1 or all(s.type is not run[0].declared for s in block):
            for each in run:
                each.doubt("key_not_matched")


def _runs(parts: Sequence[Parts]) -> Iterator[list[Parts]]:
    """The parts between headings, and between numbers that start again."""
    run: list[Parts] = []
    for each in parts:
        if run and (each.section != run[-1].section or each.number <= run[-1].number):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _give(section: KeySection, run: Sequence[Parts]) -> None:
    said = {entry.number: entry for entry in section.entries}
    differs = section.broken or len(said) != len(run)
    for each in run:
        if entry := said.get(each.number):
            each.answers = [entry.answer]
            each.explanation = each.explanation or entry.explanation
        if differs:
            each.doubt("key_length_differs", key=len(said), questions=len(run))
