"""Whether what is internal bears its reader's mark, on pages of every kind."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select, update

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.study.models import Reading, ReadingSection
from question_bank.content import from_json
from tests.crawl.discovery import Found, Seen
from tests.crawl.visitor import Visitor

_MARK = re.compile(r'<div class="watermark"[^>]*>\s*<span>([^<]+)</span>')
_TAG = re.compile(r"<[^>]*>")
_LEAST = 8  # characters that are nobody's by chance


@dataclass(frozen=True)
class Shown:
    """Whether a page shows a question or a text of the banks, and whether it bears a mark."""

    text: bool
    mark: bool


def make_internal(app: Flask) -> list[str]:
    """Every bank and reading becomes internal; the beginnings of their stems and paragraphs."""
    with app.extensions["learnapp.database"].writing() as session:
        session.execute(update(Bank).values(classification="internal"))
        session.execute(update(Reading).values(classification="internal"))
        stems = [from_json(each).plain for each in session.scalars(select(QuestionVersion.stem))]
        sections = [_TAG.sub("\n", each) for each in session.scalars(select(ReadingSection.html))]
    lines = {line.strip()[:30] for text in [*stems, *sections] for line in text.split("\n")}
    return sorted(line for line in lines if len(line) >= _LEAST)


def of_each_kind(found: Found) -> dict[str, list[Seen]]:
    """For each walker the fullest page of each route and template."""
    kinds: dict[tuple[str, str, str | None], Seen] = {}
    for page in sorted(found.pages, key=lambda each: -each.size):
        if page.status == 200 and page.template is not None:
            kinds.setdefault((page.walker, page.endpoint, page.template), page)
    pages: dict[str, list[Seen]] = defaultdict(list)
    for page in kinds.values():
        pages[page.walker].append(page)
    return pages


def shows(visitor: Visitor, page: Seen, texts: list[str]) -> Shown:
    """What a page shows to somebody who asks for it again."""
    reply = (
        visitor.client.get(page.path)
        if page.posted is None
        else visitor.post(page.path, **page.posted)
    )
    text = html.unescape(_TAG.sub("", reply.text)) if reply.mimetype == "text/html" else ""
    return Shown(any(each in text for each in texts), _MARK.search(reply.text) is not None)
