"""A text to be read as it comes out of a file: sections of clean HTML, pictures, what was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nh3

from learnapp.domain.core.errors import RuleBroken
from question_bank.formats.records import MediaFile
from question_bank.secrecy import find_marking

MOST_CHARACTERS = 2_000_000
# What a picture is addressed by while the text is on its way: the address it has on every page.
_MEDIA = re.compile(r"^/media/([0-9a-f]{64})$")
_SHOWN = re.compile(r'<img [^>]*?src="/media/([0-9a-f]{64})"')
_TAGS = {
    *(
        "p",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "u",
        "s",
        "sub",
        "sup",
        "blockquote",
        "h3",
        "h4",
        "h5",
    ),
    *(
        "h6",
        "br",
        "hr",
        "pre",
        "code",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "img",
    ),
}
_ATTRIBUTES = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "img": {"src", "alt"},
}
_CLASSES = {"p": {"footnote"}}
# A wide table scrolls inside itself; a keyboard has to reach what scrolls.
_FRAMED = '<div class="table-scroll" tabindex="0" role="region" aria-label="表格"><table>'


@dataclass(frozen=True)
class TextSection:
    """A heading, clean HTML, and the length in characters."""

    heading: str
    html: str
    length: int


@dataclass(frozen=True)
class Lost:
    """What could not be stored: a code for what it was, its place, and how often it occurred there."""

    code: str
    section: str
    paragraph: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadingText:
    """What a file holds: its title and source as far as it says, sections, pictures, losses."""

    title: str
    source: str
    category: str
    sections: list[TextSection]
    lost: list[Lost] = field(default_factory=list)
    pictures: dict[str, MediaFile] = field(default_factory=dict)


def clean_section(heading: str, html: str) -> TextSection:
    """The section with nothing in it but what a text is made of."""
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=_own_pictures,
        link_rel=None,
    )
    clean = re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", clean)
    clean = clean.replace("<table>", _FRAMED).replace("</table>", "</table></div>")
    length = len(re.sub(r"<[^>]*>|\s+", "", clean))
    return TextSection(heading[:200], clean, length)


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """An address of a picture only if it is one of ours; spans only of a sane width."""
    if attribute == "src":
        return value if _MEDIA.match(value) else None
    if attribute in ("colspan", "rowspan", "start"):
        return value if value.isdecimal() and len(value) <= 4 else None
    return value


def pictures_in(html: str) -> set[str]:
    """The SHA-256 of every picture that a clean section shows."""
    return set(_SHOWN.findall(html))


def sections_of(blocks: Sequence[tuple[str, str]]) -> list[TextSection]:
    """The sections of (heading, HTML); a heading with nothing under it goes before the next one."""
    found: list[TextSection] = []
    waiting: list[str] = []
    for heading, html in blocks:
        section = clean_section("　".join([*waiting, heading] if heading else waiting), html)
        if section.length or pictures_in(section.html):
            found.append(section)
            waiting = []
        elif heading:
            waiting.append(heading)
    if waiting and found:
        rest = "".join(f"<h3>{nh3.clean_text(each)}</h3>" for each in waiting)
        found[-1] = clean_section(found[-1].heading, _unframed(found[-1].html) + rest)
    if sum(each.length for each in found) > MOST_CHARACTERS:
        raise RuleBroken("file", "too_large")
    return found


def _unframed(html: str) -> str:
    return html.replace(_FRAMED, "<table>").replace("</table></div>", "</table>")


def refuse_secret(texts: Sequence[str]) -> None:
    """Raise RuleBroken if the head or margin of a file carries a secrecy marking."""
    marking = find_marking(texts)
    if marking is not None:
        raise RuleBroken("file", "secrecy_marking", marking=marking)
