"""Reading a text from .docx or Markdown into sections of clean HTML; pure, before any transaction."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import docx
import nh3
import yaml
from docx.document import Document
from markdown_it import MarkdownIt
from markupsafe import escape

from learnapp.domain.errors import RuleBroken
from question_bank.secrecy import find_marking

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "blockquote", "h3", "h4", "br", "table", "thead",
         "tbody", "tr", "th", "td"}
_MOST_UNPACKED = 100 * 1024 * 1024
_CHINESE_HEADING = re.compile(r"^(第[一二三四五六七八九十百]+[章节部分条]|[一二三四五六七八九十]+、)")
_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.S)


@dataclass(frozen=True)
class Section:
    """A heading, clean HTML, and the length in characters."""

    heading: str
    html: str
    length: int


@dataclass(frozen=True)
class ReadingText:
    """What a file holds: its title and source as far as it says, and its sections."""

    title: str
    source: str
    category: str
    sections: list[Section]


def read_text(data: bytes, filename: str) -> ReadingText:
    """Read a .docx, .md or .txt file.

    Raises RuleBroken("file", …): wrong_type, broken_file, secrecy_marking, reading_empty,
    not_text (bytes that are neither UTF-8 nor GB18030).
    """
    suffix = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    if suffix == "docx":
        text = _read_docx(data, filename)
    elif suffix in ("md", "markdown", "txt"):
        text = _read_markdown(_decoded(data), filename)
    else:
        raise RuleBroken("file", "wrong_type", allowed=".docx .md .txt")
    if not any(section.length for section in text.sections):
        raise RuleBroken("file", "reading_empty")
    return text


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RuleBroken("file", "not_text")


def _refuse_secret(texts: list[str]) -> None:
    marking = find_marking(texts)
    if marking is not None:
        raise RuleBroken("file", "secrecy_marking", marking=marking)


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


def _read_markdown(text: str, filename: str) -> ReadingText:
    about: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        _refuse_secret(front.group(1).splitlines())
        about = _about(front.group(1))
        text = text[front.end() :]
    lines = text.splitlines()
    _refuse_secret([line for line in lines if line.strip()][:8])
    title = about.get("title", "")
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        if line.startswith("# ") and not title:
            title = line[2:].strip()
        elif line.startswith("## "):
            blocks.append((line[3:].strip(), []))
        else:
            blocks[-1][1].append(line)
    render = MarkdownIt("commonmark").enable("table")
    sections = [_section(heading, render.render("\n".join(body))) for heading, body in blocks]
    return ReadingText(
        title or filename.rsplit(".", 1)[0],
        about.get("source", ""),
        about.get("category", ""),
        [section for section in sections if section.length],
    )


def _section(heading: str, html: str) -> Section:
    clean = nh3.clean(html, tags=_TAGS, attributes={})
    length = len(re.sub(r"<[^>]*>|\s+", "", clean))
    return Section(heading[:200], clean, length)


def _open_docx(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_UNPACKED:
                raise RuleBroken("file", "too_large")
        return docx.Document(io.BytesIO(data))
    except RuleBroken:
        raise
    except Exception as broken:  # python-docx raises whatever its parts raise
        raise RuleBroken("file", "broken_file") from broken


def _read_docx(data: bytes, filename: str) -> ReadingText:
    document = _open_docx(data)
    margins = [
        paragraph.text
        for part in document.sections
        for area in (part.header, part.footer, part.first_page_header, part.first_page_footer)
        for paragraph in area.paragraphs
    ]
    body = [(p.text.strip(), _level(p)) for p in document.paragraphs if p.text.strip()]
    _refuse_secret(margins + [text for text, _ in body[:8]])
    title = next((text for text, level in body if level == 0), "")
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for text, level in body:
        if level == 0 and text == title:
            continue
        if level in (0, 1, 2) or (level is None and len(text) < 40 and _CHINESE_HEADING.match(text)):
            blocks.append((text, []))
        else:
            blocks[-1][1].append(f"<p>{escape(text)}</p>")
    sections = [_section(heading, "".join(body)) for heading, body in blocks]
    return ReadingText(
        title or filename.rsplit(".", 1)[0],
        "",
        "",
        [section for section in sections if section.length],
    )


def _level(paragraph: object) -> int | None:
    """0 for a title, 1… for headings, None for text."""
    name = str(getattr(getattr(paragraph, "style", None), "name", "") or "")
    if name == "Title":
        return 0
    match = re.match(r"(?:Heading|标题) ?(\d)", name)
    return int(match.group(1)) if match else None
