"""Articles of laws: read out of a law that is a reading, and opened in place where another text cites them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape

from learnapp.domain.exams.remediation import Citation, article_number, short_name
from learnapp.domain.study.finding import plain

_DIGITS = "零一二三四五六七八九"
LONGEST = 1_000  # characters of an article that are shown in place
_NUMBER = "[一二三四五六七八九十百千零〇两0-9]+"
_ARTICLE = rf"第{_NUMBER}条(?:之{_NUMBER})?"
_FIRST = re.compile(rf"({_ARTICLE})(?![款项、，和及至的规])[\s:：]*(?:【[^】]*】\s*)?")
_DIVISION = re.compile(rf"第{_NUMBER}[编章节][\s　]|附\s*则")
# Short articles of a Word file come as headings, and those without a text below as one.
_BLOCK_END = re.compile(
    rf"</(?:p|li|h[1-6]|tr|div)>|<br\s*/?>|\s+(?=(?:{_ARTICLE}|第{_NUMBER}[编章节])\s)"
)
_TAG = re.compile(r"(<[^>]*>)")
# What carries a citation on: emphasis alone. In a link, a heading or a note that opens nothing is made to open.
_CARRIES_ON = re.compile(r"</?(?:b|strong|i|em|u|span|mark)\b")
_CLOSED = re.compile(r"<(a|label|h[1-6])\b")
_PIECE = re.compile(
    rf"《(?P<law>[^》]+)》|(?P<own>本法)|(?P<article>{_ARTICLE})(?:第{_NUMBER}[款项])*"
)
# Between a law and its article, and between two articles: signs that join, or a date in brackets.
_JOINS = re.compile(r"(?:[\s、，,和及与或至以]|（[^（）]*）|\([^()]*\))*")


def spellings(article: str) -> tuple[str, ...]:
    """How a law may write an article of this number: 第一百三十三条之一 and 第133条之一 for 133.1."""
    whole, _, part = article.partition(".")
    after = f"之{_spelt(int(part))}" if part else ""
    return f"第{_spelt(int(whole))}条{after}", f"第{whole}条{after}"


def _spelt(number: int) -> str:
    """234 as 二百三十四, 12 as 十二, 105 as 一百零五."""
    found = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            found += f"{_DIGITS[digit]}{sign}"
        elif found and not found.endswith("零"):
            found += "零"
    return found.rstrip("零").removeprefix("一") if 10 <= number < 20 else found.rstrip("零")


def articles_of(parts: Iterable[str]) -> dict[str, str]:
    """The articles of a law by number (`20`, `133.1` for 之一) as HTML, from its sections in their order.

    An article begins with a paragraph that begins with its number and ends before the next one or a chapter.
    """
    found: dict[str, list[str]] = {}
    at: list[str] | None = None
    for block in (each for part in parts for each in _BLOCK_END.split(part)):
        text = plain(block)
        first = _FIRST.match(text)
        if first:
            at = found.setdefault(article_number(first[1]), [])
            text = text[first.end() :]
        elif _DIVISION.match(text) or 'class="footnote"' in block:
            at = None
        if at is not None and text:
            at.append(text)
    return {number: _shown(lines) for number, lines in found.items() if lines}


def _shown(lines: list[str]) -> str:
    text = "\n".join(lines)
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return escape(cut, quote=False).replace("\n", "<br>")


def cited_in(html: str, title: str = "") -> set[Citation]:
    """The articles that a text cites with their law; 本法 is the law of which the text has the title."""
    found: set[Citation] = set()

    def note(cited: Citation, written: str) -> str:
        found.add(cited)
        return written

    _Walk(title, note).through(html)
    return found


def with_articles_in_place(html: str, texts: Mapping[Citation, str], title: str = "") -> str:
    """The HTML in which each cited article that is among these texts opens its text in place."""
    if not texts:
        return html

    def opened(cited: Citation, written: str) -> str:
        text = texts.get(cited)
        if text is None:
            return written
        control = f'<input type="checkbox" aria-label="{written}">'
        return f'<label class="fn law">{control}<cite>{written}</cite><span>{text}</span></label>'

    return _Walk(title, opened).through(html)


class _Walk:
    """Goes through a text: which law is spoken of, what may open, and what becomes of each article."""

    def __init__(self, title: str, cited: Callable[[Citation, str], str]) -> None:
        self._own, self._cited = short_name(title.strip("《》")), cited
        self._law = self._gap = ""
        self._closed = ""  # the element that is read and in which nothing opens

    def through(self, html: str) -> str:
        """The text with what `cited` made of each article."""
        return "".join(
            self._tag(part) if part.startswith("<") else self._run(part)
            for part in _TAG.split(html)
        )

    def _tag(self, tag: str) -> str:
        if not _CARRIES_ON.match(tag):
            self._law = ""
        opens = _CLOSED.match(tag)
        if opens and not self._closed:
            self._closed = opens[1]
        elif self._closed and tag.startswith(f"</{self._closed}"):
            self._closed = ""
        return tag

    def _run(self, text: str) -> str:
        parts, done = [], 0
        for piece in _PIECE.finditer(text):
            self._gap += text[done : piece.start()]
            parts += [text[done : piece.start()], self._piece(piece)]
            done = piece.end()
        self._gap += text[done:]
        return "".join([*parts, text[done:]])

    def _piece(self, piece: re.Match[str]) -> str:
        joined, self._gap = bool(_JOINS.fullmatch(self._gap)), ""
        if not piece["article"]:
            self._law = self._own if piece["own"] else short_name(unescape(piece["law"]))
        elif not self._law or not joined:
            self._law = ""
        elif not self._closed:
            return self._cited(Citation(self._law, article_number(piece["article"])), piece[0])
        return piece[0]
