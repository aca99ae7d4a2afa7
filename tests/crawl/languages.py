"""Whether each page speaks the language asked for: content is taken away before the pages are read.

What people typed and loaded is whatever the database holds. In a copy of it every Chinese sign is
replaced by one that no language has, so that Chinese on an English page can only be the product's
own. What is content and comes from elsewhere (a file, a document in Chinese, a guide) says so itself
by `lang`; words that are typed into files and answers as they are stand in `tests.one_language`.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

from flask import Flask
from lxml import html
from sqlalchemy import update

from learnapp.db.people.models import Person
from tests.crawl.discovery import Seen
from tests.crawl.visitor import Visitor
from tests.crawl.world import World, make_app
from tests.one_language import CHINESE, LATIN, NAMES, TYPED

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
# The private signs of plane 15; no two of the replaced become one, so that what is unique stays so.
_PRIVATE = 0xF0000
_PIECE = re.compile(r"[^<>\"]+")
# Content by its own word; what is not shown; and of a choice, the code that is sent.
_FOREIGN = "//*[@lang and not(self::html)]"
_UNSHOWN = "//script | //style | //template | //code"
_READ_OUT = "//@alt | //@aria-label | //@placeholder | //@title | //input[not(@type) or @type='text']/@value"


def without_chinese(text: str) -> str:
    """The text with a sign of no language for each Chinese one, escaped or not."""
    text = _ESCAPED.sub(lambda found: _sign(chr(int(found[1], 16)), found[0]), text)
    return CHINESE.sub(lambda found: _sign(found[0], found[0]), text)


def _sign(sign: str, otherwise: str) -> str:
    return chr(_PRIVATE + ord(sign)) if CHINESE.match(sign) else otherwise


def take_content_away(path: Path) -> None:
    """Replace the Chinese of every text of a database."""
    connection = sqlite3.connect(path)
    connection.create_function("bare", 1, without_chinese, deterministic=True)
    for name, _ in _named(connection, "trigger"):  # what is only added to is changed here
        connection.execute(f'DROP TRIGGER "{name}"')
    for table, made in _named(connection, "table"):
        if made.upper().startswith("CREATE VIRTUAL") or table.startswith("sqlite_"):
            continue
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        texts = ", ".join(
            f'"{c}" = iif(typeof("{c}") = \'text\', bare("{c}"), "{c}")' for c in columns
        )
        connection.execute(f'UPDATE "{table}" SET {texts}')  # noqa: S608 - names of our own schema
    connection.commit()
    connection.close()


def _named(connection: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = ?", (kind,)
    ).fetchall()


@dataclass
class Bare:
    """An installation without content, and a browser for each of its people (walker → login name)."""

    app: Flask
    logins: Mapping[str, str | None]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def speak(self, language: str) -> None:
        """Everybody reads this language from now on, and signs in anew: what a page tells once is in it."""
        with self.app.extensions["learnapp.database"].writing() as session:
            session.execute(update(Person).values(language=language))
        self.visitors = {walker: Visitor(self.app, login) for walker, login in self.logins.items()}
        for each in self.visitors.values():
            each.client.set_cookie("language", language)

    def asked(self, page: Seen) -> str:
        """The page as its walker is answered now; empty where it is not a page."""
        visitor = self.visitors[page.walker]
        path = quote(without_chinese(unquote(page.path)), safe="/?=&+%")
        if page.posted is None:
            reply = visitor.client.get(path)
        else:
            fields = {name: without_chinese(each) for name, each in page.posted.items()}
            reply = visitor.post(path, **fields)
        return reply.text if reply.mimetype == "text/html" else ""


def faults(
    world: World, folder: Path, pages: Iterable[Seen], languages: tuple[str, ...]
) -> Iterator[str]:
    """Ask for pages in these languages, those that only a post shows in English alone; every text in
    the other language, with its page."""
    shutil.copytree(world.path.parent, folder)
    take_content_away(folder / world.path.name)
    ordered = sorted(pages, key=lambda each: each.posted is not None)
    app = make_app(folder)
    bare = Bare(app, {each.walker: world.logins.get(each.walker) for each in ordered})
    names = {*world.logins.values(), *world.logins}
    for language in languages:
        bare.speak(language)
        for page in ordered:
            if language == "en":
                yield from _of(page, "en", chinese_in(bare.asked(page)))
            elif page.posted is None:
                words = latin_in(bare.asked(page))
                yield from _of(page, "zh", (each for each in words if each not in names))
    app.extensions["learnapp.database"].engine.dispose()


def _of(page: Seen, language: str, texts: Iterable[str]) -> Iterator[str]:
    return (
        f"{page.template} as {page.walker} in {language} at {page.path}: {each}" for each in texts
    )


def chinese_in(page: str) -> list[str]:
    """What of a page, read, shown or for its scripts, is Chinese and neither content nor typed."""
    if not CHINESE.search(page):
        return []
    shown = html.tostring(_own_of(page, _FOREIGN), encoding="unicode")
    return [
        each.strip()
        for each in _PIECE.findall(shown)
        if CHINESE.search(TYPED.sub("", unescape(each)))
    ]


def latin_in(page: str) -> list[str]:
    """The words of a page, read or shown, that are in Latin letters and are no names."""
    if not page:
        return []
    own = _own_of(page, f"{_FOREIGN} | {_UNSHOWN}")
    texts = [own.text_content(), *map(str, own.xpath(_READ_OUT))]
    return [word for text in texts for word in LATIN.findall(NAMES.sub("", text))]


def _own_of(page: str, without: str) -> html.HtmlElement:
    own = html.document_fromstring(page.encode(), html.HTMLParser(encoding="utf-8"))
    for part in own.xpath(without):
        part.drop_tree()
    return own
