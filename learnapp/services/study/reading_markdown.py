"""Reading a text in Markdown or plain text into sections."""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from learnapp.domain.core.errors import RuleBroken
from learnapp.services.study.reading_text import Lost, ReadingText, refuse_secret, sections_of

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.S)
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,40})\]:[ \t]*(.*)$")
_NOTED = re.compile(r"\[\^([^\]\s]{1,40})\]")
_MARK, _MARK_END = "\ue010", "\ue011"
_MARKS = re.compile(f"{_MARK}(\\d{{1,6}}){_MARK_END}")
_PICTURE_TAG = re.compile(r"<(img|video|audio|iframe|object|embed|svg)\b", re.I)


def read_markdown(text: str, filename: str) -> ReadingText:
    """The text's sections: a heading of the first or second level begins one.

    Raises RuleBroken("file", …): secrecy_marking, front_matter_broken.
    """
    about: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        refuse_secret(front.group(1).splitlines())
        about = _about(front.group(1))
        text = text[front.end() :]
    lines = text.splitlines()
    refuse_secret([line for line in lines if line.strip()][:8])
    notes, body = _notes_apart(lines)
    reader = _Reader(notes, about.get("title", ""))
    reader.read(body)
    return ReadingText(
        reader.title or filename.rsplit(".", 1)[0],
        about.get("source", ""),
        about.get("category", ""),
        sections_of(reader.blocks),
        reader.lost,
    )


def _about(front: str) -> dict[str, str]:
    """The front matter's names and values: `name: value` lines alone, none is fine too.

    Anything nested is refused before it is built: lists, maps in maps, aliases that unfold.
    """
    try:
        events = list(yaml.parse(front, Loader=yaml.SafeLoader))
        opened = [each for each in events if isinstance(each, yaml.CollectionStartEvent)]
        aliased = any(isinstance(each, yaml.AliasEvent) for each in events)
        if aliased or len(opened) > 1:
            raise RuleBroken("file", "front_matter_broken")
        loaded = yaml.safe_load(front) or {}
    except (yaml.YAMLError, ValueError) as broken:
        raise RuleBroken("file", "front_matter_broken") from broken
    if not isinstance(loaded, dict):
        raise RuleBroken("file", "front_matter_broken")
    return {str(name): "" if value is None else str(value) for name, value in loaded.items()}


def _notes_apart(lines: Sequence[str]) -> tuple[dict[str, str], str]:
    """The footnotes by name, and the text without them; their places are marked by number."""
    notes: dict[str, str] = {}
    rest = []
    for line in lines:
        if found := _NOTE.match(line):
            notes[found.group(1)] = found.group(2).strip()
        else:
            rest.append(line)
    numbers = {name: number for number, name in enumerate(notes, 1)}

    def marked(found: re.Match[str]) -> str:
        number = numbers.get(found.group(1))
        return found.group() if number is None else f"{_MARK}{number}{_MARK_END}"

    body = "\n".join(rest).replace(_MARK, "").replace(_MARK_END, "")
    return notes, _NOTED.sub(marked, body)


class _Reader:
    """Cuts the tokens of a text into sections and renders each."""

    def __init__(self, notes: dict[str, str], title: str) -> None:
        self.title = title
        self.blocks: list[tuple[str, str]] = []
        self.lost: list[Lost] = []
        self._notes = list(notes.values())
        self._markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        self._heading = ""
        self._tokens: list[Token] = []

    def read(self, body: str) -> None:
        """Take the whole text."""
        tokens = self._markdown.parse(body)
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2"):
                self._begin(token.tag, self._plain(tokens[at + 1]))
                at += 3
                continue
            self._look(token)
            self._tokens.append(token)
            at += 1
        self._end()

    def _begin(self, tag: str, heading: str) -> None:
        if tag == "h1" and not self.title:
            self.title = heading
            return
        self._end()
        self._heading = heading

    def _end(self) -> None:
        html = self._markdown.renderer.render(self._tokens, self._markdown.options, {})
        numbers = sorted({int(each) for each in _MARKS.findall(html)})
        html = _MARKS.sub(r"<sup>\1</sup>", html)
        html += "".join(
            f'<p class="footnote"><sup>{number}</sup> {nh3.clean_text(self._notes[number - 1])}</p>'
            for number in numbers
        )
        self.blocks.append((self._heading, html))
        self._tokens = []

    def _plain(self, inline: Token) -> str:
        texts = [
            each.content for each in inline.children or [] if each.type in ("text", "code_inline")
        ]
        return _MARKS.sub("", "".join(texts)).strip()

    def _look(self, token: Token) -> None:
        """Name what a section cannot keep: pictures that did not come with the file, addresses."""
        line = token.map[0] + 1 if token.map else 0
        for each in token.children or []:
            if each.type == "image":
                params = {"name": str(each.attrs.get("src", ""))[:80]}
                self.lost.append(Lost("picture_elsewhere", self._heading, line, params))
                each.type, each.content = "text", f"〔{each.content}〕" if each.content else ""
                each.children = None
            elif each.type == "link_open":
                params = {"name": str(each.attrs.get("href", ""))[:80]}
                self.lost.append(Lost("link", self._heading, line, params))
        html = [each.content for each in token.children or [] if each.type == "html_inline"]
        if token.type == "html_block":
            html.append(token.content)
        for found in _PICTURE_TAG.findall(" ".join(html)):
            self.lost.append(Lost("embedded", self._heading, line, {"name": found.lower()}))
