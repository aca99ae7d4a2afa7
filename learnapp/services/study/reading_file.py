"""Reading a text from .docx or Markdown in a limited process, before any transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from learnapp.domain.core.errors import RuleBroken
from learnapp.services.study.reading_docx import read_docx
from learnapp.services.study.reading_markdown import read_markdown
from learnapp.services.study.reading_text import Lost, ReadingText, TextSection, pictures_in
from question_bank.formats import MediaFile, Refused
from question_bank.limited import run

_SUFFIXES = ("docx", "md", "markdown", "txt")


def read_text(data: bytes, filename: str) -> ReadingText:
    """Read a .docx, .md or .txt file.

    Raises RuleBroken("file", …): wrong_type, broken_file, too_large, too_costly, secrecy_marking,
    reading_empty, not_text (bytes that are neither UTF-8 nor GB18030).
    """
    if _suffix(filename) not in _SUFFIXES:
        raise RuleBroken("file", "wrong_type", allowed=".docx .md .txt")
    pictures: dict[str, MediaFile] = {}
    try:
        answers = run("learnapp.services.study.reading_file:task", data, {"name": filename})
        head = next(answers)
        for each in answers:
            pictures[each["sha256"]] = MediaFile(next(answers), each["mime"], each["name"])
    except Refused as refused:
        params = {"allowed": ".docx .md .txt", **refused.params}
        raise RuleBroken("file", refused.code, **params) from refused
    return ReadingText(
        head["title"],
        head["source"],
        head["category"],
        [TextSection(**each) for each in head["sections"]],
        [Lost(**each) for each in head["lost"]],
        pictures,
    )


def task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """What the limited process does: the text, then each picture after its name."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        text = _read(data, about["name"])
    except RuleBroken as broken:
        raise Refused(broken.code, **broken.params) from broken
    yield {
        "title": text.title,
        "source": text.source,
        "category": text.category,
        "sections": [asdict(each) for each in text.sections],
        "lost": [asdict(each) for each in text.lost],
    }
    for sha256, each in text.pictures.items():
        yield {"sha256": sha256, "mime": each.mime, "name": each.name}
        yield each.data


def _read(data: bytes, filename: str) -> ReadingText:
    is_word = _suffix(filename) == "docx"
    text = read_docx(data, filename) if is_word else read_markdown(_decoded(data), filename)
    if not any(each.length or pictures_in(each.html) for each in text.sections):
        raise RuleBroken("file", "reading_empty")
    return text


def _suffix(filename: str) -> str:
    return filename.rsplit(".", 1)[-1].lower() if "." in filename else ""


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RuleBroken("file", "not_text")
