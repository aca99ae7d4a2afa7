"""The lines of a key as numbered answers, in sections whose numbers rise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.recognise.answers import type_named
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line, plain
from question_bank.formats.recognise.marks import split_explanation
from question_bank.formats.records import Where
from question_bank.kinds import QuestionType

TITLE = re.compile(
    r"^[#\s【\[（(]*[^。？?，,]{0,16}?(?:答案(?:(?:及|与|和|、)?(?:评分标准|解析|详解|说明|要点|部分|区))?"
    r"|(?<![一-鿿])(?:参考|试题|题目)?(?:解析|详解)(?:部分)?|answer\s*keys?|answers)[】\]）)\s]*[:：]?$",
    re.IGNORECASE,
)
STATED = (
    r"(?:[A-H]\s*[-~—至到]\s*[A-H](?![A-Za-z])|全选|全部选?|全对|以上[都全][是对]"
    r"|[A-H](?:[、,\s]?[A-H])*(?![a-z])|√|×|✓|✔|✗|✘|对|错|正确|错误|[TF](?![A-Za-z]))"
)
ANSWER = re.compile(
    r"^\s*(?:[【\[［〔（(]\s*(?:正确|参考|标准)?答案\s*[:：]?\s*[】\]］〕）)]\s*[:：]?|(?:正确|参考|标准)?答案\s*[:：]|答\s*[:：])\s*"
)
_SECTION = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.:\s]*)?(?P<type>[一-鿿]{0,6}?(?:选择|单选|多选|判断|是非|填空|简答"
    r"|问答|论述|不定项)题?)(?:\([^)]*\))?[答案]{0,2}\s*[:：]?\s*(?P<rest>.*)$"
)
# The number of a section before its answers: `一、1.A 2.B`.
_ORDINAL = re.compile(r"^[(]?[一二三四五六七八九十]{1,3}[)]?\s*[、.:]\s*(?=\d)")
_RANGE = re.compile(
    r"(\d{1,4})\s*[-–—~至到]\s*(\d{1,4})\s*[题]?\s*[:.、)]?\s*"
    r"((?:[A-H√×✓✔✗✘对错TF]|[\s,、;](?!\s*\d))+)"
)
_ONE = re.compile(rf"[(\[【第]?(\d{{1,4}})\s*[题)\]】]?\s*[.、:)]?\s*\(?\s*({STATED})\s*\)?")
_BETWEEN = re.compile(r"[\s,，、;；。.|]*")
# A label between a number and its answer, which says nothing that the number does not.
_LABEL = re.compile(
    r"(?<=[\d.、:)\]】题])\s*(?:[【\[(]\s*(?:正确|参考)?答案\s*:?\s*[】\])]\s*:?|(?:正确|参考)?答案\s*[:是为])\s*"
)
# A row of numbered answers in words: `1.甲 2.乙`.
_NEXT_WORD = re.compile(r"[\s;；]+(\d{1,4})\s*[.．、](?!\d)\s*")
_ENTRY = re.compile(r"^[(（【\[第]?(\d{1,4})\s*[.．、:：)）】\]题]+\s*(.*)$", re.DOTALL)
_EXPLAINING = re.compile(r"^(?!.*答案(?:及|与|和)).*(?:解析|详解|说明)")
_SHORT = re.compile(rf"[(（]?\s*{STATED}\s*[)）]?[。.]?")
# An answer with its reason behind a stop: `B。见第四条`.
_REASONED = re.compile(rf"^(?:故?应?选)?({STATED})(?:\s*[。；;，,]\s*|\s+)(\S.{{3,}})$", re.DOTALL)


@dataclass(slots=True)
class KeyEntry:
    """What the key says of one number."""

    number: int
    answer: str
    explanation: str = ""
    also: str = ""  # what the explanation in another place says is the answer


@dataclass(slots=True)
class KeySection:
    """A run of entries whose numbers rise; `broken` if a range and its letters differ in length."""

    where: Where
    type: QuestionType | None = None
    entries: list[KeyEntry] = field(default_factory=list)
    broken: bool = False
    explains: bool = False  # below a title of explanations, after the answers
    in_order: bool = False  # its answers bear no numbers


@dataclass(slots=True)
class KeyBlock:
    """The lines of a key that stand together, as sections."""

    where: Where
    sections: list[KeySection]


def explains(title: str) -> bool:
    """Whether a title announces explanations of answers that were given before."""
    return _EXPLAINING.match(title) is not None


def entries_of(text: str) -> tuple[QuestionType | None, list[KeyEntry], bool] | None:
    """The answers of a line of nothing but answers, with the type it names; None if it is none."""
    word = _LABEL.sub("", ANSWER.sub("", unicodedata.normalize("NFKC", plain(text)).strip()))
    word = _ORDINAL.sub("", word)
    kind = None
    if named := _SECTION.match(word):
        kind, word = type_named(named["type"]), named["rest"]
    entries: list[KeyEntry] = []
    broken = False
    place = 0
    while place < len(word):
        if ranged := _RANGE.match(word, place):
            stated = _ranged(ranged)
            broken = broken or stated is None
            entries += stated or []
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
    stated = groups if len(groups) == last - first + 1 else list("".join(groups))
    if last < first or len(stated) != last - first + 1:
        return None
    return [KeyEntry(number, each) for number, each in enumerate(stated, first)]


def sections_of(lines: Sequence[Line]) -> list[KeySection]:
    sections = [KeySection(lines[0].where)]
    for line in lines:
        text = ANSWER.sub("", line.text.strip())
        what = classify(line.text)
        if TITLE.match(line.text.strip()):
            if explains(text) and any(each.entries for each in sections):
                sections.append(KeySection(line.where, explains=True))
            continue
        if what.kind is LineKind.EMPTY:
            continue
        found = entries_of(text)
        if found is None and what.kind in (LineKind.HEADING, LineKind.CHAPTER):
            sections.append(KeySection(line.where, what.type, explains=sections[-1].explains))
        elif found is not None:
            kind, entries, broken = found
            if kind is not None:
                sections.append(KeySection(line.where, kind))
            for entry in entries:
                _put(sections, line, entry)
            sections[-1].broken = sections[-1].broken or broken
        else:
            _put_words(sections, line, what)
    return _explained([each for each in sections if each.entries or each.broken])


def explained_by_halves(sections: list[KeySection], runs: int) -> list[KeySection]:
    """The sections of answers, where as many follow that say why, number by number.

    `runs` is how many runs of questions wait for the key: where there are as many as sections, each
    section answers its own, and none explains another.
    """
    half = len(sections) // 2
    stated, why = sections[:half], sections[half:]
    if len(sections) != 2 * half or runs != half:
        return sections
    same = [[e.number for e in one.entries] for one in stated] == [
        [e.number for e in one.entries] for one in why
    ]
    if not same or not all(map(_answers_only, stated)) or any(map(_answers_only, why)):
        return sections
    for each in why:
        each.explains = True
    return _explained(sections)


def _explained(sections: list[KeySection]) -> list[KeySection]:
    """The sections of answers, each with its explanation where others give them number by number."""
    answers = [each for each in sections if not each.explains]
    waiting = [entry for section in answers for entry in section.entries]
    for section in (each for each in sections if each.explains):
        for entry in section.entries:
            place = next((n for n, e in enumerate(waiting) if e.number == entry.number), None)
            if place is not None:
                found = waiting.pop(place)
                found.explanation, found.also = _why(entry)
    return answers


def _answers_only(section: KeySection) -> bool:
    return all(_SHORT.fullmatch(each.answer.strip()) for each in section.entries)


def _why(entry: KeyEntry) -> tuple[str, str]:
    """The explanation of an entry below a title of explanations, and the answer it repeats."""
    if entry.explanation or _SHORT.fullmatch(entry.answer.strip()):
        return entry.explanation, entry.answer
    return entry.answer, ""


def words_in_a_row(number: int, text: str) -> list[KeyEntry]:
    """The numbered answers of a line: several in a row, or one with its explanation behind it."""
    entries = []
    while True:
        cut = next((at for at in _NEXT_WORD.finditer(text) if int(at[1]) == number + 1), None)
        stated, explained = split_explanation(text if cut is None else text[: cut.start()])
        if explained is None and (reasoned := _REASONED.match(stated)):
            stated, explained = reasoned.group(1), reasoned.group(2)
        entries.append(KeyEntry(number, stated.strip(), (explained or "").strip()))
        if cut is None:
            return entries
        number, text = number + 1, text[cut.end() :]


def _put(sections: list[KeySection], line: Line, entry: KeyEntry) -> None:
    now = sections[-1]
    if now.entries and entry.number <= now.entries[-1].number:
        now = KeySection(line.where, explains=now.explains)
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
        for entry in words_in_a_row(int(numbered.group(1)), ANSWER.sub("", numbered.group(2))):
            _put(sections, line, entry)
    elif last is None:
        return
    elif what.kind is LineKind.EXPLANATION:
        last.explanation = f"{last.explanation}\n{what.value}".strip()
    elif what.kind is LineKind.DETAIL:
        last.explanation = f"{last.explanation}\n{text}".strip()
    elif what.kind is LineKind.ANSWER:
        last.answer = f"{last.answer}\n{what.value}".strip()
    elif last.explanation:
        last.explanation += f"\n{text}"
    else:
        last.answer = f"{last.answer}\n{text}".strip()
