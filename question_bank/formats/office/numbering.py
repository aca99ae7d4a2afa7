"""Word's automatic numbers: what a paragraph shows in front although its text does not hold it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "零一二三四五六七八九"
_MOST_LEVELS = 9
# Word takes 255 characters; a label is repeated in front of every paragraph of its list.
_LONGEST_LABEL = 255


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of a document, in order."""

    lists: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        """From numbering.xml and styles.xml, either of which may be missing."""
        found = cls()
        if numbering is None:
            return found
        abstract = {
            each.get(f"{W}abstractNumId", ""): _levels(each)
            for each in numbering.iterfind(f"{W}abstractNum")
        }
        for each in numbering.iterfind(f"{W}num"):
            of = _value(each.find(f"{W}abstractNumId"))
            found.lists[each.get(f"{W}numId", "")] = (of, abstract.get(of, {}))
        for style in styles.iterfind(f"{W}style") if styles is not None else ():
            if (used := style.find(f"{W}pPr/{W}numPr")) is not None:
                found.styles[style.get(f"{W}styleId", "")] = _used(used)
        return found

    def label(self, properties: etree._Element | None) -> str:
        """The label of the paragraph with these properties, counting it; empty if it has none."""
        if properties is None or not self.lists:
            return ""
        used = properties.find(f"{W}numPr")
        if used is not None:
            number, level = _used(used)
        else:
            style = _value(properties.find(f"{W}pStyle"))
            number, level = self.styles.get(style, ("0", 0))
        if number not in self.lists:
            return ""
        name, levels = self.lists[number]
        shape = levels.get(level)
        if shape is None or shape.format in ("bullet", "none"):
            return ""
        counts = self._counts.setdefault(name, {})
        counts[level] = counts.get(level, shape.start - 1) + 1
        for deeper in range(level + 1, _MOST_LEVELS):
            counts.pop(deeper, None)
        return _shown(shape, levels, counts)

    def bullet(self, used: etree._Element) -> int | None:
        """How deep (from 0) the numPr of a paragraph puts it in a list with bullets; None if in none."""
        number, level = _used(used)
        shape = self.lists.get(number, ("", {}))[1].get(level)
        return level if shape is not None and shape.format == "bullet" else None


def _shown(shape: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    def one(found: re.Match[str]) -> str:
        level = int(found.group(1)) - 1
        known = levels.get(level, shape)
        return _number(counts.get(level, known.start), known.format)

    text = re.sub(r"%(\d)", one, shape.text)
    return text if text and not text[-1].isalnum() else f"{text}\t"


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    levels = {}
    for each in abstract.iterfind(f"{W}lvl"):
        start = _value(each.find(f"{W}start"))
        levels[_int(each.get(f"{W}ilvl"))] = _Level(
            _value(each.find(f"{W}numFmt")) or "decimal",
            _value(each.find(f"{W}lvlText"))[:_LONGEST_LABEL],
            _int(start) if start else 1,
        )
    return levels


def _used(properties: etree._Element) -> tuple[str, int]:
    level = _int(_value(properties.find(f"{W}ilvl")))
    return _value(properties.find(f"{W}numId")), level


def _value(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{W}val", ""))


def _int(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0


def _number(count: int, form: str) -> str:
    if form in ("upperLetter", "lowerLetter") and 1 <= count <= 26:
        letter = chr(ord("A") + count - 1)
        return letter if form == "upperLetter" else letter.lower()
    if form.startswith(("chinese", "japaneseCounting", "taiwanese", "ideograph")) and count < 100:
        tens, ones = divmod(count, 10)
        ten = "" if not tens else "十" if tens == 1 else f"{_CHINESE[tens]}十"
        return ten + (_CHINESE[ones] if ones or not tens else "")
    return str(count)
