"""Finding in texts: words marked in a text's HTML, and readings by any part of title or pinyin initials."""

from __future__ import annotations

import re
from html import unescape
from itertools import accumulate

from learnapp.domain.core.pinyin import initial

_TAG = re.compile(r"(<[^>]*>)")
_CHARACTER = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);|.", re.DOTALL)
_INLINE = re.compile(r"</?(?:a|b|strong|i|em|u|s|sub|sup|span|mark|code)(?:\s[^>]*)?>")
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"[^>]*>')
_LINKED = re.compile(r"(<a\b[^>]*>.*?</a>)", re.DOTALL)
_FOOTNOTE = re.compile(
    r'<p class="footnote">\s*<sup>(?P<mark>[^<]{1,8})</sup>\s*(?P<text>.*?)</p>', re.DOTALL
)
AROUND = 16  # characters of an excerpt on either side


def marked(html: str, words: str) -> tuple[str, int]:
    """The HTML with each place of the words in `<mark>`, and how many there are.

    Words are found within one run of text as it is read, letters of either case; what lies inside tags is
    left alone, and an entity is one character.
    """
    if not words.strip():
        return html, 0
    sought = re.compile(re.escape(words.strip()), re.IGNORECASE)
    count = 0
    parts = []
    for part in _TAG.split(html):
        if not part.startswith("<"):
            part, found = _marked_run(part, sought)
            count += found
        parts.append(part)
    return "".join(parts), count


def _marked_run(run: str, sought: re.Pattern[str]) -> tuple[str, int]:
    """The same of one run of text."""
    written = _CHARACTER.findall(run)
    read = [unescape(each) for each in written]
    starts = {at: number for number, at in enumerate(accumulate(map(len, read), initial=0))}
    parts, done, count = [], 0, 0
    for place in sought.finditer("".join(read)):
        first, last = starts.get(place.start()), starts.get(place.end())
        if first is None or last is None:  # half of an entity that is two characters
            continue
        parts += [*written[done:first], "<mark>", *written[first:last], "</mark>"]
        done, count = last, count + 1
    return "".join([*parts, *written[done:]]), count


def plain(html: str) -> str:
    """The text of an HTML without its tags, runs of white space as one blank; a blank between blocks."""
    return re.sub(r"\s+", " ", unescape(_TAG.sub(" ", _INLINE.sub("", html)))).strip()


def excerpt(html: str, words: str) -> str:
    """The first place of the words with some characters on either side; empty where they are not."""
    text = plain(html)
    at = text.lower().find(words.strip().lower())
    if at < 0 or not words.strip():
        return ""
    first, last = max(0, at - AROUND), min(len(text), at + len(words.strip()) + AROUND)
    return ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")


def with_large_pictures(html: str) -> str:
    """The HTML in which each picture that is no link leads to itself, to be looked at in its full size."""
    parts = _LINKED.split(html)
    for at in range(0, len(parts), 2):
        parts[at] = _IMAGE.sub(r'<a class="enlarge" href="\1">\g<0></a>', parts[at])
    return "".join(parts)


def with_notes_in_place(html: str) -> str:
    """The HTML in which the mark of a footnote opens its text in place; the notes stay at the end too."""
    notes = {found["mark"]: found["text"] for found in _FOOTNOTE.finditer(html)}
    if not notes:
        return html
    end = next(_FOOTNOTE.finditer(html)).start()
    body, rest = html[:end], html[end:]

    def opened(found: re.Match[str]) -> str:
        mark = found.group(1)
        if mark not in notes:
            return found.group()
        control = f'<input type="checkbox" aria-label="{mark}">'
        return f'<label class="fn">{control}<sup>{mark}</sup><span>（{notes[mark]}）</span></label>'

    return re.sub(r"<sup>([^<]{1,8})</sup>", opened, body) + rest


def is_found(title: str, source: str, words: str) -> bool:
    """Whether the words are part of a title or a source, or of the pinyin initials of a title; blanks in
    any of them count for nothing."""
    sought, name, origin = (_without_blanks(each) for each in (words, title, source))
    spelt = "".join(map(initial, name)).lower()
    return any(sought in each for each in (name, origin, spelt))


def _without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()
