"""Reading .docx: paragraphs, tables, automatic numbers and pictures, as marked lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from question_bank.formats.exchange.html_file import lines_of_page
from question_bank.formats.exchange.web_archive import page_of
from question_bank.formats.office.docx_roundtrip import Styled
from question_bank.formats.office.formula import formula_text
from question_bank.formats.office.numbering import Numbering, W
from question_bank.formats.office.raised import is_mathematical, lowered, raised
from question_bank.formats.packages.package import Package, open_package
from question_bank.formats.packages.pictures import keep_picture
from question_bank.formats.recognise.blanks import bare
from question_bank.formats.recognise.headers import find_header
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import LineKind
from question_bank.formats.recognise.lines import (
    FORMULA,
    UNDERLINE,
    UNDERLINE_END,
    Line,
    bounded,
    clean,
    plain,
    radicals,
)
from question_bank.formats.recognise.table_keys import key_at
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import MediaFile, Note, Refused, Where

MAIN = "word/document.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MARGINS = re.compile(r"^word/(?:header|footer)\d*\.xml$")
_LONGEST_FILLED = 60
_MOST_RUNS = 500
_MOST_BOXED = 20_000
# Colours that set nothing apart: no colour, black or white and what is nearly that.
_PLAIN_COLOURS = frozenset({"auto", "000000", "ffffff", "333333", "1a1a1a", "222222", "0d0d0d"})
_SCRIPTS = {"superscript": raised, "subscript": lowered}
_OF_QUESTIONS = (LineKind.NUMBER, LineKind.OPTION, LineKind.ANSWER)
_BOX = f"{W}txbxContent"
_PROPERTIES, _VALUE = f"{W}rPr", f"{W}val"
_LINE, _WEIGHT, _COLOUR = f"{W}u", f"{W}b", f"{W}color"
_SAY_NOTHING = frozenset(f"{W}{name}" for name in ("rFonts", "sz", "szCs", "lang", "kern", "bCs"))
_SKIPPED = frozenset({f"{W}del", f"{W}txbxContent", f"{_MC}Fallback", f"{W}rPr", f"{W}pPr"})


@dataclass(slots=True)
class Table:
    """A table as rows of cells, and the same as lines: who reads on will choose.

    `inner` are the blocks in its cells, in order: lines, and tables inside.
    """

    where: Where
    rows: list[list[str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    inner: list[Line | Table] = field(default_factory=list)

    def blocks(self) -> list[Line | Table]:
        """The table; or what is in it, where it only lays out other tables on the page."""
        inside = [each for each in self.inner if isinstance(each, Table)]
        if not inside or find_header(self.rows) is not None:
            return [self]
        apart = [inner for each in inside for inner in each.blocks()]
        if not any(isinstance(each, Table) and each.is_list() for each in apart):
            return [self]
        return [
            block
            for each in self.inner
            for block in (each.blocks() if isinstance(each, Table) else [each])
        ]

    def is_list(self) -> bool:
        """Whether its rows are questions or answers of a key, by their header."""
        return find_header(self.rows) is not None or key_at(self.rows).used > 0


@dataclass(slots=True)
class Document:
    """A Word file as its blocks, in order."""

    blocks: list[Line | Table] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    styled: list[Styled] = field(default_factory=list)


def read_document(data: bytes) -> Document:
    """The text of a Word file; raises Refused if the file must not or cannot be read."""
    with open_package(data, MAIN) as package:
        return _Reader(package).read()


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._document = Document()
        self._targets = targets_of(package)
        self._numbering = Numbering.of(
            package.xml("word/numbering.xml"), package.xml("word/styles.xml")
        )
        self._paragraph = 0
        self._radicals = 0
        self._encoded: dict[str, str] = {}
        self._strong: list[str] = []
        self._is_strong = False
        self._has_boxes = False

    def read(self) -> Document:
        document = self._document
        root = self._package.xml(MAIN)
        if root is None:
            raise Refused("broken_file", part=MAIN)
        body = root.find(f"{W}body")
        self._has_boxes = next(root.iter(_BOX), None) is not None
        for block in children_of(body, "p", "tbl", "altChunk") if body is not None else ():
            if block.tag == f"{W}p":
                document.blocks += self._lines(block)
                document.blocks += self._boxed(block)
            elif block.tag == f"{W}altChunk":
                document.blocks += self._chunk(block.get(f"{_R}id"))
            else:
                document.blocks += self._table(block).blocks()
        document.margins += [*boxed_texts(root), *margin_texts(self._package)]
        if self._radicals:
            document.notes.append(Note("radicals_repaired", {"characters": self._radicals}))
        bounded([each for each in document.blocks if isinstance(each, Line)])
        return document

    def _lines(self, paragraph: etree._Element) -> list[Line]:
        self._paragraph += 1
        where = Where(paragraph=self._paragraph)
        self._strong = []
        text = "".join(self._runs(paragraph))
        strong = tuple(each for each in map(bare, self._strong) if each.strip())
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = "" if style is None else style.get(f"{W}val", "")
        self._document.styled.append(Styled(name, text, where))
        label = self._numbering.label(paragraph.find(f"{W}pPr")) if text.strip() else ""
        return [Line(each, where, strong) for each in f"{label}{text}".split("\n")]

    def _boxed(self, paragraph: etree._Element) -> list[Line]:
        """The lines of the text boxes that hang on a paragraph, behind its own."""
        if not self._has_boxes:
            return []
        inside = (each for each in boxed_paragraphs(paragraph) if not _is_fallback(each))
        lines = [line for each in inside for line in self._lines(each)]
        if any(classify(line.text).kind in _OF_QUESTIONS for line in lines):
            return lines
        if text := " ".join(filter(None, (plain(line.text).strip() for line in lines))):
            self._document.notes.append(Note("text_box", {"text": text[:80]}, lines[0].where))
        return []

    def _chunk(self, relation: str | None) -> list[Line]:
        """The lines of a page that was put into the document as a file of its own."""
        name = self._targets.get(relation or "", "")
        self._paragraph += 1
        where = Where(paragraph=self._paragraph)
        data = self._package.read(name)
        texts = [] if data is None else chunk_lines(data, name)
        if not any(each.strip() for each in texts):
            self._document.notes.append(Note("chunk_not_read", {"part": name[-60:]}, where))
            return []
        lines = []
        for text in texts:
            lines.append(Line(clean(text), Where(paragraph=self._paragraph)))
            self._document.styled.append(Styled("", lines[-1].text, lines[-1].where))
            self._paragraph += 1
        return lines

    def _table(self, element: etree._Element) -> Table:
        table = Table(Where(paragraph=self._paragraph + 1))
        for row in children_of(element, "tr"):
            cells = []
            for cell in children_of(row, "tc"):
                inside = self._cell(cell, table)
                cells.append("\n".join(line.text for line in inside).strip())
                table.lines += inside
            table.rows.append(cells)
        bounded(table.lines)
        return table

    def _cell(self, cell: etree._Element, table: Table) -> list[Line]:
        """The lines of a cell, those of tables inside it as well; its blocks join the table's."""
        lines: list[Line] = []
        for block in children_of(cell, "p", "tbl"):
            if block.tag == f"{W}tbl":
                inner = self._table(block)
                table.inner.append(inner)
                lines += inner.lines
                continue
            found = [*self._lines(block), *self._boxed(block)]
            table.inner += found
            lines += found
        return lines

    def _runs(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _SKIPPED:
                continue
            if tag == f"{W}r":
                yield self._run(child)
            elif tag == f"{W}t":
                text = child.text or ""
                self._radicals += radicals(text)
                yield clean(text)
            elif tag in (f"{W}tab", f"{W}ptab"):
                yield "\t"
            elif tag in (f"{W}br", f"{W}cr"):
                yield "\n"
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                yield FORMULA + clean(formula_text(child))
            elif tag == f"{_A}blip":
                yield self._picture(child.get(f"{_R}embed"))
            elif tag == f"{_V}imagedata":
                yield self._picture(child.get(f"{_R}id"))
            else:
                yield from self._runs(child)

    def _run(self, run: etree._Element) -> str:
        """The text of a run; what stands out joins the run before if that does as well."""
        properties = run[0] if len(run) and run[0].tag == _PROPERTIES else None
        if properties is None or not len(properties):
            self._is_strong = False
            return "".join(self._runs(run))
        lined, strong, script = _looks(properties)
        text = "".join(self._underlined(run) if lined else self._runs(run))
        if script and is_mathematical(text):
            text = text.replace(text.strip(), _SCRIPTS.get(script, str)(text))
        if strong and self._is_strong and self._strong:
            self._strong[-1] += text
        elif strong:
            self._strong.append(text)
        self._is_strong = strong
        return text

    def _underlined(self, run: etree._Element) -> Iterator[str]:
        """A gap to write in, if it is nothing but spaces; else words that may fill one."""
        text = "".join(self._runs(run))
        if not text.strip():
            yield "____" if len(text) >= 2 else text
        elif len(text) <= _LONGEST_FILLED and "\n" not in text:
            yield f"{UNDERLINE}{text}{UNDERLINE_END}"
        else:
            yield text

    def _picture(self, relation: str | None) -> str:
        name = self._targets.get(relation or "")
        if name is None:
            return keep_picture(None, "", self._document.media)
        if name not in self._encoded:
            data = self._package.read(name)
            self._encoded[name] = keep_picture(data, name, self._document.media)
        return self._encoded[name]


def chunk_lines(data: bytes, name: str) -> list[str]:
    """The lines of a part in HTML, as a web archive, or in plain text; none for any other."""
    ending = name.rsplit(".", 1)[-1].lower()
    if ending in ("mht", "mhtml"):
        return lines_of_page(page_of(data).decode())
    if ending in ("html", "htm", "xhtml"):
        return lines_of_page(decode(data))
    return decode(data).split("\n") if ending == "txt" else []


def children_of(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these names in order, those inside content controls as well."""
    for child in parent:
        if child.tag in {f"{W}{name}" for name in names}:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from children_of(child, *names)


def _looks(properties: etree._Element) -> tuple[bool, bool, str]:
    """Whether a run is underlined, whether it stands out, by a line, weight, colour or ground, and
    whether it is raised or lowered."""
    lined = strong = False
    script = ""
    for each in properties:
        tag = each.tag
        if tag in _SAY_NOTHING:
            continue
        value = each.get(_VALUE)
        if tag == _LINE:
            lined = value != "none"
        elif tag == _WEIGHT:
            strong = strong or value not in ("0", "false", "off")
        elif tag == _COLOUR:
            strong = strong or (value or "auto").lower() not in _PLAIN_COLOURS
        elif tag == f"{W}highlight":
            strong = strong or value not in ("none", "white")
        elif tag == f"{W}shd":
            strong = strong or (each.get(f"{W}fill") or "auto").lower() not in _PLAIN_COLOURS
        elif tag == f"{W}vertAlign":
            script = value or ""
    return lined, lined or strong, script


def boxed_texts(root: etree._Element) -> list[str]:
    """The paragraphs of text boxes, each once however deep the boxes stand in each other."""
    return [_bare(each) for each in boxed_paragraphs(root)]


def boxed_paragraphs(root: etree._Element) -> list[etree._Element]:
    """The paragraphs in text boxes below an element, in order, each once."""
    inside = {
        each: None
        for box in root.iter(_BOX)
        if next(box.iterancestors(_BOX), None) is None
        for each in islice(box.iter(f"{W}p"), _MOST_BOXED)
    }
    return list(inside)


def _is_fallback(element: etree._Element) -> bool:
    """Whether a paragraph says again, for old programs, what stands beside it for new ones."""
    return next(element.iterancestors(f"{_MC}Fallback"), None) is not None


def margin_texts(package: Package) -> list[str]:
    """The paragraphs of headers and footers."""
    found: list[str] = []
    for name in package.names:
        if _MARGINS.match(name) and (margin := package.xml(name)) is not None:
            found += [_bare(each) for each in islice(margin.iter(f"{W}p"), _MOST_BOXED)]
    return found


def _bare(paragraph: etree._Element) -> str:
    """The beginning of a paragraph in a margin: a marking is short."""
    return "".join(each.text or "" for each in islice(paragraph.iter(f"{W}t"), _MOST_RUNS))


def targets_of(package: Package) -> dict[str, str]:
    """The members that relations inside the document point to; what points outside is left out."""
    relations = package.xml("word/_rels/document.xml.rels")
    if relations is None:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("word", each.get("Target", "")))
        for each in relations
        if each.get("TargetMode") != "External"
    }
