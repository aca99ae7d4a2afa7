"""Lines that hold what most files write on several: parted before anything else is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from question_bank.formats.recognise.key_entries import STATED
from question_bank.formats.recognise.lines import Line

# Where an answer ends and the next number begins: `…答案：A 2.…`.
_NEXT = re.compile(
    r"((?:答案|answer)\s*[】\]]?\s*[:：是为]?\s*(?:[A-H]{1,8}|[√×]|对|错|正确|错误)\s*[。；;]?)"
    r"\s*(?=[（(【]?\d{1,4}\s*[.．、)）】]\s*[^\d\s])",
    re.IGNORECASE,
)
_LABEL = re.compile("答案|answer", re.IGNORECASE)
# Where an answer ends and something else is said of the question: `答案：B  难度：易`, `B【考点】…【解析】…`.
_DETAILS = "难度|难易度|难易程度|难度系数|知识点|考点|章节|所属章节|题目来源|分值|出题人|认知层次"
_DETAIL = re.compile(rf"\s*[【\[](?:{_DETAILS})[】\]]|[\s;；，,]+(?:{_DETAILS})\s*[:：]")
_FURTHER = re.compile(
    rf"(?<=\S)\s*(?=[【\[](?:{_DETAILS}|解析|试题解析|答案解析)[】\]])|(?<=\S)[\s;；]+(?=(?:{_DETAILS}|解析)\s*[:：])"
)
# A line that may hold several questions, and the number of one inside it.
_LONG = 60
_FEWEST_RUN = 2
_NUMBER_INSIDE = re.compile(r"(?<![\d.．第])(\d{1,3})\s*[.．、](?:(?!\d)|(?=\d{4}年))")
_ASKS = re.compile(
    r"A\s*[.．、\s].+B\s*[.．、\s]|[（(][\s　]*[√×]?[\s　]*[)）]\s*[。.]?\s*$", re.DOTALL
)
_LABEL_ALONE = re.compile(r"^\s*(?:正确|参考|标准)?(?:答案|解析|答案解析|试题解析)\s*$")
_OFTEN, _LONGEST_LABEL = 3, 12
_CELLS = re.compile(r"[\s|｜│]+")
_DASHES = re.compile(r"^\s*\|[\s:|-]*-[\s:|-]*\|\s*$")
_NUMBERS = re.compile(
    r"^[\s|｜│]*(?:题号|序号|题次)?[\s:：|｜│]*\d{1,4}(?:[\s|｜│]+\d{1,4})+[\s|｜│]*$"
)
_TITLE = re.compile(r"^[\s|｜│]*(?:正确|参考|标准)?答案[\s:：]*")
_ANSWERS = re.compile(
    rf"^[\s|｜│]*(?:正确|参考|标准)?(?:答案)?[\s:：|｜│]*{STATED}(?:[\s|｜│]+{STATED})+[\s|｜│]*$"
)


def unfolded(lines: Sequence[Line]) -> list[Line]:
    """The lines, those parted that hold several whole questions, and grids of keys in a row."""
    found: list[Line] = []
    for line in _with_their_words(lines):
        if len(line.text) > _LONG and (run := _run_together(line.text)):
            found += [replace(line, text=text) for text in run]
        elif len(_LABEL.findall(line.text)) > 1 and _NEXT.search(line.text):
            parted = _NEXT.sub(lambda end: f"{end.group(1)}\n", line.text).split("\n")
            found += [replace(line, text=text) for text in parted]
        elif "答案" in line.text and (at := _DETAIL.search(line.text, line.text.index("答案") + 2)):
            behind = _FURTHER.sub("\n", line.text[at.start() :].strip())
            texts = [line.text[: at.start()], *behind.split("\n")]
            found += [replace(line, text=text) for text in texts if text.strip()]
        else:
            found.append(line)
    return _without_grids(found)


def _with_their_words(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines, labels that stand alone joined to the words below them, where a file does so often."""
    short = (n for n, line in enumerate(lines) if len(line.text) <= _LONGEST_LABEL)
    alone = [n for n in short if _LABEL_ALONE.match(lines[n].text)]
    if sum("答案" in lines[n].text for n in alone) < _OFTEN or "答案" not in lines[alone[0]].text:
        return lines
    found = list(lines)
    for place in alone:
        below = place + 1
        while below < len(lines) - 1 and not lines[below].text.strip():
            below += 1
        if below < len(lines) and _LABEL_ALONE.match(lines[below].text) is None:
            text = f"{lines[place].text.strip()}：{lines[below].text.strip()}"
            found[place] = replace(lines[place], text=text)
            found[below] = replace(lines[below], text="")
    return found


def _run_together(text: str) -> list[str]:
    """The questions of a line that holds several, numbered one after another; empty if it is none.

    Each must ask: it has options from A on, or a bracket.
    """
    cuts: list[int] = []
    number = 0
    for found in _NUMBER_INSIDE.finditer(text):
        if not cuts or int(found.group(1)) == number + 1:
            cuts.append(found.start())
            number = int(found.group(1))
    if len(cuts) < _FEWEST_RUN:
        return []
    pieces = [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    if not all(map(_ASKS.search, pieces)):
        return []
    return [each.strip() for each in (text[: cuts[0]], *pieces) if each.strip()]


def _without_grids(lines: list[Line]) -> list[Line]:
    """A row of numbers above a row of answers, as one line of numbered answers."""
    lines = [each for each in lines if not _DASHES.match(each.text)]
    for place in range(len(lines) - 1):
        numbers, stated = lines[place].text, lines[place + 1].text
        if not (_NUMBERS.match(numbers) and _ANSWERS.match(stated)):
            continue
        counted = [each for each in _CELLS.split(numbers) if each.isdecimal()]
        given = [each for each in _CELLS.split(_TITLE.sub("", stated)) if each]
        if len(counted) == len(given):
            text = "答案：" + " ".join(f"{n}.{a}" for n, a in zip(counted, given, strict=True))
            lines[place : place + 2] = [
                replace(lines[place], text=text),
                replace(lines[place + 1], text=""),
            ]
    return lines
