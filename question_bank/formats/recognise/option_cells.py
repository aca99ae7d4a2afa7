"""Options as cells of tables hold them: several in one, as data, with marks of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from question_bank.formats.recognise.marks import LOOSE_OPTION, OPTION, ascii_letter, split_options
from question_bank.formats.recognise.parts import Parts
from question_bank.options import LETTERS, lettered

_SEPARATORS = ("\n", "|||", "||", "|", "##", "$$", "@@", "；", ";", "\t", "^", "\u3000", "  ")
# A run of signs that no text holds: `$;$`, `&&`.
_DRAWN = re.compile(r"[|$#@;；&^~*\\]{2,}")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
# What objects of options call their text.
_OPTION_TEXT = (
    "text",
    "content",
    "value",
    "label_text",
    "内容",
    "选项内容",
    "option",
    "description",
    "desc",
    "title",
    "name",
)


def one_cell(text: str) -> list[tuple[str, str]]:
    """The options of one cell: as JSON, by their marks, or by whatever separates them."""
    text = _BREAK.sub("\n", text)
    if (listed := listed_options(text)) is not None:
        return own_letters_off(list(lettered(listed)))
    before, options = split_options(text, "A")
    if options and not before.strip():
        return [(letter, text.strip(" \n;；|")) for letter, text in options]
    drawn = set(_DRAWN.findall(text))
    separators = (*drawn, *_SEPARATORS) if len(drawn) == 1 else _SEPARATORS
    separator = next((each for each in separators if each in text), None)
    texts = text.split(separator) if separator else [text]
    return own_letters_off(list(lettered(filter(None, map(str.strip, texts)))))


def listed_options(text: str) -> list[str] | None:
    """The options of a JSON list or object in a cell; None if the cell holds no such thing."""
    if text[:1] not in "[{" or text[-1:] not in "]}":
        return None
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return option_texts(data)


def option_texts(data: Any) -> list[str] | None:
    """The texts of options as data: a list of texts or of objects, or an object by letters."""
    if isinstance(data, dict):
        marks = sorted(data)
        if [each.upper() for each in marks] != list(LETTERS[: len(marks)]):
            return None
        data = [data[each] for each in marks]
    if not isinstance(data, list) or len(data) > len(LETTERS):
        return None
    texts = [_option_text(each) for each in data]
    if None in texts and (name := _text_name(data)) is not None:
        texts = [each[name].strip() for each in data]
    return [each for each in texts if each is not None] if None not in texts else None


def _text_name(data: Sequence[Any]) -> str | None:
    """The one name in objects of options whose values are their texts, and no letters or marks."""
    if len(data) < 2 or not all(isinstance(each, dict) for each in data):
        return None
    found = []
    for name in data[0]:
        values = [each.get(name) for each in data]
        if not all(isinstance(value, str) and value.strip() for value in values):
            continue
        texts = {value.strip() for value in values}
        if len(texts) == len(data) and not all(text in LETTERS for text in texts):
            found.append(str(name))
    return found[0] if len(found) == 1 else None


def _option_text(data: Any) -> str | None:
    if isinstance(data, dict):
        known = {str(key).lower(): value for key, value in data.items()}
        data = next((known[name] for name in _OPTION_TEXT if name in known), None)
    return str(data).strip() if isinstance(data, str | int | float) else None


def own_letters_off(cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Options without the letters that their texts repeat; a letter alone is an empty option there."""
    own = [_without_letter(letter, text, OPTION) for letter, text in cells]
    if not any(each is not None for each in own):
        own = [_without_letter(letter, text, LOOSE_OPTION) for letter, text in cells]
    bare = [text == letter for letter, text in cells]
    filled = sum(bool(text) for _, text in cells)
    count = sum(each is not None for each in own)
    if not count or count + sum(bare) < filled:
        return cells
    return [
        (letter, "" if is_bare else text if rest is None else rest)
        for (letter, text), rest, is_bare in zip(cells, own, bare, strict=True)
    ]


def _without_letter(letter: str, text: str, mark: re.Pattern[str]) -> str | None:
    """The text behind its own letter and the letter's mark; None if it does not begin with them."""
    found = mark.match(text)
    if found is None:
        return None
    *letters, rest = found.groups()
    stated = next(each for each in letters if each)
    return rest.strip() if ascii_letter(stated) == letter else None


def without_options(parts: Parts) -> None:
    """Take off a stem the options that it repeats; take them from there where there are no others."""
    before, stated = split_options(parts.stem, "A")
    if len(stated) < 2 or not before.strip():
        return
    bare = [(letter, text.strip(" \n;；|，,。")) for letter, text in stated]
    given = [(letter, text.strip(" \n;；|，,。")) for letter, text in parts.options]
    if not given or bare[: len(given)] == given:
        parts.stem = before.strip()
        parts.options = parts.options or bare
