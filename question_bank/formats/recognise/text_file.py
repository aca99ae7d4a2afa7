"""Reading .txt and .md: the encoding is found out, then lines are lines."""

from __future__ import annotations

import codecs
import re
from collections import Counter

from question_bank.formats.recognise.headers import FIRST_ROWS, assumed_header, find_header
from question_bank.formats.recognise.lines import Line, bounded, clean, radicals
from question_bank.formats.records import Note, Refused, Where
from question_bank.options import LETTERS, letter_of

_MARKDOWN = (
    (re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s*)"), ""),
    (re.compile(r"\*\*|(?<!_)__(?=\S)(?=[^_]+(?<=\S)__(?!_))"), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])"), r"\1"),
    (
        re.compile(r"</?(?:details|summary|p|div|span|b|strong|u|i|em|font|center|br|hr)\b[^<>]*>"),
        " ",
    ),
)
_BOLD = re.compile(r"\*\*(?=\S)([^*]+?)\*\*")
_FEWEST_ROWS = 3
_LOOKED_AT = 200
# Signs that sentences hold as well: without a header they part no cells.
_COMMON = (",", "，", "；；", ";;")
# A box of a list of tasks, whose text has no letter of its own.
_BOX = re.compile(r"^\s*[-*+]\s+\[([ xX])\]\s+(?![(（]?[A-H]\s*[.．、:：)）])")
_DASHES = re.compile(r"^\|[\s:|-]+\|?$")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8 (any number of BOMs), UTF-16 with BOM, or GB18030.

    Raises Refused if it is in none of them, or is no text at all.
    """
    return decode_counted(data)[0]


def decode_counted(data: bytes) -> tuple[str, int]:
    """The text of a file as `decode` gives it, and how many radicals were put right in it."""
    while data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return clean(text), radicals(text)
    raise Refused("broken_file", part="encoding")


def lines_of(data: bytes, markdown: bool = False) -> tuple[list[Line], list[Note]]:
    """The file's lines, numbered from 1, and a note if characters had to be put right.

    Where most lines are rows of a table that tabs divide, every cell is a line of its own.
    """
    text, repaired = decode_counted(data)
    notes = [Note("radicals_repaired", {"characters": repaired})] if repaired else []
    return lines_of_text(text, markdown), notes


def lines_of_text(text: str, markdown: bool = False) -> list[Line]:
    """The lines of a text, numbered from 1."""
    texts = clean(text).split("\n")
    rows = sum(text.count("\t") >= 2 for text in texts)
    tabbed = rows * 2 > sum(bool(text.strip()) for text in texts)
    lines = []
    boxes = 0
    for number, text in enumerate(texts, 1):
        boxes = boxes + 1 if _BOX.match(text) else 0
        if boxes and boxes <= len(LETTERS):
            text = _BOX.sub(rf"[\1] {letter_of(boxes - 1)}. ", text)
        strong = tuple(_BOLD.findall(text)) if markdown else ()
        if markdown:
            for pattern, instead in _MARKDOWN:
                text = pattern.sub(instead, text)
        where = Where(paragraph=number)
        lines += [Line(each, where, strong) for each in (text.split("\t") if tabbed else [text])]
    return bounded(lines)


# What parts the cells of a line, where it is no comma: rarest first.
_PARTINGS = ("|||", "||", "$$", "@@", "##", "^", "|", "；；", ";;", "\t", ",", "，")


def rows_of_lines(text: str) -> tuple[list[list[str]], bool] | None:
    """The lines of a text as rows of cells where nearly all are parted alike, and whether they have
    a header; None where they are no table."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < _FEWEST_ROWS:
        return None
    for parting in _PARTINGS:
        counts = Counter(line.count(parting) for line in lines[:_LOOKED_AT])
        usual, often = counts.most_common(1)[0]
        if usual < 2 or often * 10 < min(len(lines), _LOOKED_AT) * 8:
            continue
        rows = [[cell.strip() for cell in line.split(parting)] for line in text.split("\n")]
        if find_header(rows[:FIRST_ROWS]) is not None:
            return rows, True
        if parting not in _COMMON and assumed_header(rows[:FIRST_ROWS]) is not None:
            return rows, False
    return None


def pipe_tables(data: bytes) -> list[tuple[int, list[list[str]]]]:
    """The tables of a Markdown file: the line each begins on, and its rows of cells."""
    found: list[tuple[int, list[list[str]]]] = []
    rows: list[list[str]] = []
    for number, line in enumerate([*decode(data).split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("|") and bare.count("|") >= 3:
            rows.append([] if _DASHES.match(bare) else _cells(bare))
        elif rows:
            found.append((number - len(rows), rows))
            rows = []
    return found


def _cells(line: str) -> list[str]:
    hidden = line.strip("|").replace("\\|", "\0")
    return [
        re.sub(r"<br\s*/?>", "\n", each).replace("\0", "|").strip() for each in hidden.split("|")
    ]
