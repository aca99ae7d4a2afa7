"""Reading .docx: paragraphs, tables, automatic numbers and pictures, as marked lines."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from question_bank.formats.lines import (
    FORMULA,
    LOST_PICTURE,
    PICTURE,
    PICTURE_END,
    Line,
    bounded,
    clean,
)
from question_bank.formats.numbering import Numbering, W
from question_bank.formats.package import Package, open_package
from question_bank.formats.records import MediaFile, Where

MAIN = "word/document.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MARGINS = re.compile(r"^word/(?:header|footer)\d*\.xml$")
_SKIPPED = frozenset({f"{W}del", f"{W}txbxContent", f"{_MC}Fallback", f"{W}rPr", f"{W}pPr"})
_SHOWN = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}


@dataclass(slots=True)
class Table:
    """A table as rows of cells, and the same as lines: who reads on will choose."""

    where: Where
    rows: list[list[str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A Word file as its blocks, in order."""

    blocks: list[Line | Table] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)


def read_document(data: bytes) -> Document:
    """The text of a Word file; raises Refused if the file must not or cannot be read."""
    with open_package(data, MAIN) as package:
        return _Reader(package).read()


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._document = Document()
        self._targets = _targets(package)
        self._numbering = Numbering.of(
            package.xml("word/numbering.xml"), package.xml("word/styles.xml")
        )
        self._paragraph = 0

    def read(self) -> Document:
        document = self._document
        root = self._package.xml(MAIN)
        assert root is not None
        body = root.find(f"{W}body")
        for block in _children(body, "p", "tbl") if body is not None else ():
            if block.tag == f"{W}p":
                document.blocks += self._lines(block)
            else:
                document.blocks.append(self._table(block))
        for box in root.iter(f"{W}txbxContent"):
            document.margins += [_bare(each) for each in box.iter(f"{W}p")]
        for name in self._package.names:
            if _MARGINS.match(name) and (margin := self._package.xml(name)) is not None:
                document.margins += [_bare(each) for each in margin.iter(f"{W}p")]
        bounded([each for each in document.blocks if isinstance(each, Line)])
        return document

    def _lines(self, paragraph: etree._Element) -> list[Line]:
        self._paragraph += 1
        where = Where(paragraph=self._paragraph)
        text = "".join(self._runs(paragraph))
        label = self._numbering.label(paragraph.find(f"{W}pPr")) if text.strip() else ""
        return [Line(each, where) for each in f"{label}{text}".split("\n")]

    def _table(self, element: etree._Element) -> Table:
        table = Table(Where(paragraph=self._paragraph + 1))
        for row in _children(element, "tr"):
            cells = []
            for cell in _children(row, "tc"):
                inside = [line for each in cell.iter(f"{W}p") for line in self._lines(each)]
                cells.append("\n".join(line.text for line in inside).strip())
                table.lines += inside
            table.rows.append(cells)
        bounded(table.lines)
        return table

    def _runs(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _SKIPPED:
                continue
            if tag == f"{W}r" and _is_underlined_space(child):
                yield "____"
            elif tag == f"{W}t":
                yield clean(child.text or "")
            elif tag in (f"{W}tab", f"{W}ptab"):
                yield "\t"
            elif tag in (f"{W}br", f"{W}cr"):
                yield "\n"
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                yield FORMULA + clean("".join(each.text or "" for each in child.iter(f"{_M}t")))
            elif tag == f"{_A}blip":
                yield self._picture(child.get(f"{_R}embed"))
            elif tag == f"{_V}imagedata":
                yield self._picture(child.get(f"{_R}id"))
            else:
                yield from self._runs(child)

    def _picture(self, relation: str | None) -> str:
        name = self._targets.get(relation or "")
        data = self._package.read(name) if name else None
        mime = next((m for head, m in _SHOWN.items() if data and data.startswith(head)), None)
        if data is None or name is None or mime is None:
            return LOST_PICTURE
        mark = hashlib.sha256(data).hexdigest()
        self._document.media[mark] = MediaFile(data, mime, posixpath.basename(name))
        return f"{PICTURE}{mark}{PICTURE_END}"


def _children(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these names in order, those inside content controls as well."""
    for child in parent:
        if child.tag in {f"{W}{name}" for name in names}:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _children(child, *names)


def _is_underlined_space(run: etree._Element) -> bool:
    """Whether a run is a gap to write in: nothing but spaces, underlined."""
    line = run.find(f"{W}rPr/{W}u")
    if line is None or line.get(f"{W}val") == "none":
        return False
    text = "".join(each.text or "" for each in run.iterfind(f"{W}t"))
    return len(text) >= 2 and not text.strip() and len(run.findall(f"{W}t")) == len(run) - 1


def _bare(paragraph: etree._Element) -> str:
    return "".join(each.text or "" for each in paragraph.iter(f"{W}t"))


def _targets(package: Package) -> dict[str, str]:
    """The members that relations inside the document point to; what points outside is left out."""
    relations = package.xml("word/_rels/document.xml.rels")
    if relations is None:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("word", each.get("Target", "")))
        for each in relations
        if each.get("TargetMode") != "External"
    }
