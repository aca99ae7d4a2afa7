"""Reading a text in Word: headings, lists, emphasis, tables, pictures, notes; the rest is named as lost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree
from markupsafe import escape

from learnapp.domain.core.errors import RuleBroken
from learnapp.services.study.reading_runs import Runs
from learnapp.services.study.reading_tables import table_html
from learnapp.services.study.reading_text import (
    MOST_CHARACTERS,
    Lost,
    ReadingText,
    refuse_secret,
    sections_of,
)
from question_bank.formats.office.docx_file import MAIN, boxed_texts, children_of, margin_texts
from question_bank.formats.office.numbering import Numbering, W
from question_bank.formats.packages.package import Package, open_package
from question_bank.formats.records import Refused

_CHINESE_HEADING = re.compile(
    r"^(第[一二三四五六七八九十百]+[章节部分条]|[一二三四五六七八九十]+、)"
)
_HEADING = re.compile(r"(?:heading|标题) ?(\d)$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录) ?(?:\d|heading)?$|toc ?标题", re.IGNORECASE)
_LONGEST_HEADING = 40
_PAGE_NUMBER = re.compile(r"[\s\d\-—–/第共页]*$")
_MOST_STEPS = 12


@dataclass(slots=True)
class _Style:
    """What a paragraph style means: a heading's level (0 is the title), the table of contents."""

    level: int | None = None
    contents: bool = False
    numbering: etree._Element | None = None


@dataclass(slots=True)
class _Open:
    """The section that is being read."""

    heading: str = ""
    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lists: list[bool] = field(default_factory=list)  # each open list: is it in an item


def read_docx(data: bytes, filename: str) -> ReadingText:
    """The text's sections: a heading of the first or second level begins one.

    Raises RuleBroken("file", "secrecy_marking"), and Refused for what is no Word file.
    """
    with open_package(data, MAIN) as package:
        return _Reader(package).read(filename)


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        styles = package.xml("word/styles.xml")
        self._styles = _styles(styles)
        self._numbering = Numbering.of(package.xml("word/numbering.xml"), styles)
        self._runs = Runs(package)
        self._title = ""
        self._sections: list[_Open] = [_Open()]
        self._paragraph = 0
        self._size = 0
        self._first: list[str] = []
        self._lost: Counter[tuple[str, str, int, str]] = Counter()

    def read(self, filename: str) -> ReadingText:
        root = self._package.xml(MAIN)
        body = None if root is None else root.find(f"{W}body")
        if root is None or body is None:
            raise Refused("broken_file", part="document")
        self._refuse_marked_margins(root)
        for block in children_of(body, "p", "tbl"):
            if block.tag == f"{W}p":
                self._take_paragraph(block)
            else:
                self._add(self._table(block, 0))
            self._note_losses()
        refuse_secret(self._first)
        for each in self._sections:
            self._close_lists(each, 0)
        blocks = [(each.heading, "".join([*each.parts, *each.notes])) for each in self._sections]
        lost = [
            Lost(code, section, paragraph, {"name": name, "count": count})
            for (code, section, paragraph, name), count in self._lost.items()
        ]
        title = self._title or filename.rsplit(".", 1)[0]
        return ReadingText(title, "", "", sections_of(blocks), lost, self._runs.media)

    def _refuse_marked_margins(self, root: etree._Element) -> None:
        texts = margin_texts(self._package)
        if margin := next((each for each in texts if not _PAGE_NUMBER.match(each)), None):
            self._lost[("margin", "", 0, margin[:40])] += 1
        refuse_secret([*texts, *boxed_texts(root)])

    def _take_paragraph(self, paragraph: etree._Element) -> None:
        self._paragraph += 1
        properties = paragraph.find(f"{W}pPr")
        style = self._style(properties)
        html, text = self._runs.of(paragraph)
        if style.contents:
            self._lost[("contents", "", 0, "")] += 1
            return
        label = self._numbering.label(properties) if text.strip() or "<img" in html else ""
        plain = f"{label}{text}".strip()
        if plain and len(self._first) < 8:
            self._first.append(plain)
        if not plain and "<img" not in html:
            return
        level = _outline(properties, style)
        if level == 0 and not self._title:
            self._title = plain[:200]
        elif level in (0, 1, 2) or (level is None and _looks_like_heading(plain)):
            self._begin(plain, html)
        elif level is not None:
            self._add(f"<h{min(level, 6)}>{escape(label)}{html}</h{min(level, 6)}>")
        else:
            self._add_text(paragraph, properties, style, label, html)
        self._take_notes()

    def _take_notes(self) -> None:
        for note in self._runs.take_notes():
            self._count(note)
            self._now.notes.append(note)

    def _begin(self, heading: str, html: str) -> None:
        self._close_lists(self._now, 0)
        self._sections.append(_Open(heading[:200]))
        if "<img" in html or len(heading) > 200:  # a picture in a heading, a whole text as one
            self._add(f"<p>{html}</p>")

    def _add_text(
        self,
        paragraph: etree._Element,
        properties: etree._Element | None,
        style: _Style,
        label: str,
        html: str,
    ) -> None:
        """A paragraph; one with a bullet is an item of a list as deep as it says."""
        level = None if label else _bullet(properties, style.numbering, self._numbering)
        if level is None:
            self._add(f"<p>{escape(label)}{html}</p>")
            return
        self._open_lists(level + 1)
        self._put(f"<li>{html}</li>")

    def _open_lists(self, deep: int) -> None:
        now = self._now
        self._close_lists(now, deep)
        while len(now.lists) < deep:
            inside = bool(now.lists) and now.parts[-1].endswith("</li>")
            if inside:
                now.parts[-1] = now.parts[-1].removesuffix("</li>")
            now.lists.append(inside)
            self._put("<ul>")

    def _close_lists(self, section: _Open, deep: int) -> None:
        while len(section.lists) > deep:
            section.parts.append("</ul></li>" if section.lists.pop() else "</ul>")

    def _add(self, html: str) -> None:
        self._close_lists(self._now, 0)
        self._put(html)

    def _put(self, html: str) -> None:
        self._count(html)
        self._now.parts.append(html)

    def _count(self, html: str) -> None:
        self._size += len(html)
        if self._size > 4 * MOST_CHARACTERS:
            raise RuleBroken("file", "too_large")

    def _table(self, table: etree._Element, depth: int) -> str:
        def paragraphs(cell: etree._Element) -> str:
            parts = []
            for block in children_of(cell, "p", "tbl"):
                if block.tag == f"{W}tbl":
                    parts.append(self._table(block, depth + 1) if depth < 3 else "")
                    if depth >= 3:
                        self._runs.lose("nested_table")
                    continue
                self._paragraph += 1
                html, text = self._runs.of(block)
                label = self._numbering.label(block.find(f"{W}pPr")) if text.strip() else ""
                if html and text.strip() and len(self._first) < 8:
                    self._first.append(f"{label}{text}".strip())
                if html:
                    parts.append(f"{escape(label)}{html}")
            return "<br>".join(parts)

        html = table_html(table, paragraphs)
        self._take_notes()
        return html

    @property
    def _now(self) -> _Open:
        return self._sections[-1]

    def _note_losses(self) -> None:
        for code, name in self._runs.take_lost():
            self._lost[(code, self._now.heading, self._paragraph, name)] += 1

    def _style(self, properties: etree._Element | None) -> _Style:
        used = None if properties is None else properties.find(f"{W}pStyle")
        name = "" if used is None else used.get(f"{W}val", "")
        return self._styles.get(name, _Style())


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    """What each paragraph style means, by its id; looked up once, following what it is based on."""
    if root is None:
        return {}
    elements = {each.get(f"{W}styleId", ""): each for each in root.iterfind(f"{W}style")}
    found = {}
    for key in elements:
        style = _Style()
        at, steps = key, 0
        while at in elements and steps < _MOST_STEPS:
            element = elements[at]
            _inherit(style, element)
            above = element.find(f"{W}basedOn")
            at, steps = ("" if above is None else above.get(f"{W}val", "")), steps + 1
        found[key] = style
    return found


def _inherit(style: _Style, element: etree._Element) -> None:
    name = element.find(f"{W}name")
    called = "" if name is None else name.get(f"{W}val", "")
    style.contents = style.contents or bool(_CONTENTS.match(called))
    if style.level is None:
        heading = _HEADING.match(called)
        style.level = (
            0 if called in ("Title", "标题") else int(heading.group(1)) if heading else None
        )
    if style.level is None:
        style.level = _outline_of(element.find(f"{W}pPr"))
    if style.numbering is None:
        style.numbering = element.find(f"{W}pPr/{W}numPr")


def _outline(properties: etree._Element | None, style: _Style) -> int | None:
    own = _outline_of(properties)
    return style.level if own is None else own


def _outline_of(properties: etree._Element | None) -> int | None:
    """A heading's level from 1, as the paragraph's own properties say it."""
    level = None if properties is None else properties.find(f"{W}outlineLvl")
    value = "" if level is None else level.get(f"{W}val", "")
    return int(value) + 1 if value in ("0", "1", "2", "3", "4", "5", "6", "7", "8") else None


def _looks_like_heading(text: str) -> bool:
    return len(text) < _LONGEST_HEADING and bool(_CHINESE_HEADING.match(text))


def _bullet(
    properties: etree._Element | None, styled: etree._Element | None, numbering: Numbering
) -> int | None:
    """How deep a paragraph is in a list with bullets, from 0; None if in none."""
    own = None if properties is None else properties.find(f"{W}numPr")
    used = styled if own is None else own
    return None if used is None else numbering.bullet(used)
