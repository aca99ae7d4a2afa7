"""The users' guides: Markdown of our own in docs/guide, read into sections that name the pages they explain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from flask import current_app, request, url_for
from flask_babel import gettext
from markdown_it import MarkdownIt
from markupsafe import Markup

from learnapp.wording.catalogue import N_

# A heading of the second level, then the features, or single pages, that the section explains.
_SECTION = re.compile(r"^## (.+)\n<!-- ([a-z_. ]+) -->\n", re.MULTILINE)
_TITLE = re.compile(r"\A# (.+)\n")
# The titles, for the catalogue: in English pages the texts are Chinese, what they are called is not.
TITLES = (N_("干警手册"), N_("单位负责人和联络员手册"), N_("管理员手册"))
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class GuideSection:
    """One task with where it is done: features (`roster`) or single pages (`record.check`); the first of
    them is its anchor."""

    title: str
    pages: tuple[str, ...]
    body: Markup

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.pages[0]


@dataclass(frozen=True)
class Guide:
    """A guide for one kind of reader; `lead` comes before its sections."""

    name: str
    title: str
    lead: Markup
    sections: tuple[GuideSection, ...]

    @property
    def called(self) -> str:
        """The title in the language of the request."""
        return gettext(self.title)


def parse_guide(name: str, text: str) -> Guide:
    """The guide in this text. Raises ValueError without a title that the catalogue has, or without
    sections."""
    titled = _TITLE.match(text)
    lead, *parts = _SECTION.split(text[titled.end() :] if titled else text)
    if titled is None or titled[1] not in TITLES or not parts:
        raise ValueError(f"the guide {name} has no title that is known, or no sections")
    sections = tuple(
        GuideSection(title, tuple(pages.split()), _drawn(body))
        for title, pages, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
    return Guide(name, titled[1], _drawn(lead), sections)


@cache
def guides_in(folder: Path) -> tuple[Guide, ...]:
    """The guides of a folder, those for the most readers first."""
    found = [
        parse_guide(each.stem, each.read_text(encoding="utf-8")) for each in folder.glob("*.md")
    ]
    return tuple(sorted(found, key=lambda each: ("officer", "head", "office").index(each.name)))


@cache
def place_of(folder: Path, endpoint: str) -> tuple[str, str] | None:
    """The guide and the anchor of the section on a page, else on its feature; None where none is."""
    places = {
        page: (guide.name, section.anchor)
        for guide in guides_in(folder)
        for section in guide.sections
        for page in section.pages
    }
    return places.get(endpoint) or places.get(endpoint.partition(".")[0])


def all_guides() -> tuple[Guide, ...]:
    """The guides of this installation."""
    return guides_in(_folder())


def section_url(guide: str, anchor: str) -> str:
    """The address of a section."""
    return url_for("guide.show", name=guide, _anchor=anchor)


def url_here() -> str | None:
    """The section on the page of this request; None where no guide speaks of it."""
    place = place_of(_folder(), request.endpoint or "")
    return None if place is None else section_url(*place)


def _folder() -> Path:
    return cast(Path, current_app.extensions["learnapp.guides"])


def _drawn(text: str) -> Markup:
    return Markup(_MARKDOWN.render(text))  # noqa: S704  a text of our own, in which HTML is not read
