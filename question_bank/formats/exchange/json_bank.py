"""JSON banks: lists of objects, at any depth, whose names say what each value is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from question_bank.formats.exchange.json_names import names_by_content
from question_bank.formats.exchange.markup import text_of_html
from question_bank.formats.recognise import answers
from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.headers import column_named
from question_bank.formats.recognise.lines import MOST_LINES, clean
from question_bank.formats.recognise.option_cells import (
    listed_options,
    option_texts,
    own_letters_off,
    without_options,
)
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.row_parts import path
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import BankFile, Note, Record, Refused, Where
from question_bank.model import LETTERS
from question_bank.options import lettered

_DEEPEST = 30
_LOOKED_AT, _SHOWN_NAMES = 20, 10
_GAPS = re.compile(r"_{2,}|[（(【][\s　]*[)）】]")
# What an object of the way down calls itself: a chapter, a section.
_NAMES = ("name", "title", "chapter", "section", "label", "章节", "名称", "标题", "目录", "分类")
_RIGHT = (
    "correct",
    "iscorrect",
    "isright",
    "right",
    "isanswer",
    "checked",
    "flag",
    "istrue",
    "正确",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """An object that asks something, with its place and the names on the way to it."""

    fields: Mapping[str, Any]
    raw: str
    ignored: list[str]
    item: str
    above: tuple[str, ...]


def read_json(data: bytes) -> BankFile:
    """The questions of a JSON file, also of one object a line; raises Refused if it is none."""
    loaded = _loaded(decode(data))
    meant = names_by_content(loaded)
    found = list(_objects(loaded, "", (), meant))
    if len(found) > MOST_LINES:
        raise Refused("too_large", lines=len(found), limit=MOST_LINES)
    unknown: dict[str, None] = {}
    records: list[Record] = []
    first = _first_place(found)
    for each in found:
        parts, ignored = _parts(each, first)
        if meant:
            parts.doubt("names_told")
        unknown |= dict.fromkeys(ignored)
        records.append(assemble(parts))
    notes = [Note("column_ignored", {"column": name[:40]}) for name in list(unknown)[:50]]
    names = () if records else tuple(dict.fromkeys(_names(loaded)))[:_SHOWN_NAMES]
    return BankFile("json", records, notes, names=names)


def _names(data: Any, depth: int = 0) -> Iterator[str]:
    """The names of all objects, with repetitions."""
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        yield from (str(key)[:40] for key in data)
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for each in islice(inner, _LOOKED_AT):
        yield from _names(each, depth + 1)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as wrong:
        raise Refused("broken_file", part="json") from wrong
    except ValueError as wrong:
        lines = [line for line in text.split("\n") if line.strip()]
        try:
            return [json.loads(line.strip().rstrip(",")) for line in lines]
        except (ValueError, RecursionError):
            raise Refused("broken_file", part="json") from wrong


def _objects(
    data: Any, item: str, above: tuple[str, ...], meant: Mapping[str, str], depth: int = 0
) -> Iterator[_Found]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for number, each in enumerate(data, 1):
            yield from _objects(each, f"{item}[{number}]", above, meant, depth + 1)
        return
    if not isinstance(data, dict):
        return
    fields = _fields(data, meant)
    if isinstance(fields.get("stem"), str) and ("answer" in fields or "options" in fields):
        ignored = [str(k) for k in data if column_named(str(k)) is None and str(k) not in meant]
        yield _Found(fields, json.dumps(data, ensure_ascii=False), ignored, item or "/", above)
        return
    name = next((data[key] for key in data if str(key).lower() in _NAMES), None)
    inner = (*above, name.strip()) if isinstance(name, str) and name.strip() else above
    for key, value in data.items():
        if isinstance(value, list | dict):
            parted = isinstance(value, list) and str(key).lower() not in _CONTAINERS
            own = (*inner, str(key)) if parted and name is None and _is_chinese(key) else inner
            yield from _objects(value, f"{item}/{key}", own, meant, depth + 1)


_CONTAINERS = ("questions", "data", "list", "items", "rows", "records", "result", "题目", "试题")


def _is_chinese(key: Any) -> bool:
    return any("一" <= char <= "鿿" for char in str(key))


def _fields(data: Mapping[str, Any], meant: Mapping[str, str]) -> dict[str, Any]:
    """The values by what their names mean; single options are gathered under their letters."""
    fields: dict[str, Any] = {}
    letters: dict[str, Any] = {}
    stated: list[Any] = []
    for key, value in data.items():
        name = meant.get(str(key)) or column_named(str(key))
        if name is not None and len(name) == 1:
            letters.setdefault(name, value)
        elif name == "answer":
            stated.append(value)
        elif name is not None and (name not in fields or fields[name] in (None, "", [])):
            fields[name] = value
    _take_stated(fields, [each for each in stated if each not in (None, "", [])])
    if stated:
        fields.setdefault("answer", None)
    if letters and not fields.get("options"):
        fields["options"] = {letter: letters[letter] for letter in sorted(letters)}
    return fields


def _take_stated(fields: dict[str, Any], stated: list[Any]) -> None:
    """Take what is called an answer: a list of objects, or one beside the answer, are the options."""
    for each in stated:
        several = isinstance(each, list) and len(each) > 1
        objects = several and all(isinstance(one, dict) for one in each)
        if several and not fields.get("options") and (objects or len(stated) > 1):
            fields["options"] = each
        else:
            fields.setdefault("answer", each)


def _first_place(found: list[_Found]) -> int:
    """What places of options are counted from in a file: from 0 where some answer is there."""
    stated = [each.fields.get("answer") for each in found]
    places = [p for each in stated for p in (each if isinstance(each, list) else [each])]
    return 0 if any(type(each) is int and each == 0 for each in places) else 1


def _parts(found: _Found, first: int) -> tuple[Parts, list[str]]:
    fields = found.fields
    kind = _text(fields.get("type"))
    category = fields.get("category")
    steps = tuple(map(_text, category)) if isinstance(category, list) else path(_text(category))
    parts = Parts(
        Where(item=found.item),
        declared=answers.type_named(kind) if kind else None,
        any_number="不定项" in kind,
        stem=_text(fields.get("stem")),
        explanation=_text(fields.get("explanation")),
        source=_text(fields.get("source")),
        category=steps or found.above,
        passage=_text(fields.get("passage")),
        raw=found.raw,
        by_column=True,
        from_data=True,
    )
    level = _text(fields.get("difficulty"))
    parts.difficulty = answers.difficulty_named(level) if level else None
    parts.options = _options(parts, fields.get("options"))
    if (stated := _stated(parts, fields, first)) is not None:
        parts.answers = [stated]
    without_options(parts)
    return parts, found.ignored


def _options(parts: Parts, data: Any) -> list[tuple[str, str]]:
    if data in (None, "", []) or (isinstance(data, dict) and not any(data.values())):
        return []
    if isinstance(data, str):
        texts = listed_options(data) or [each for each in data.split("\n") if each.strip()]
    else:
        texts = option_texts(data) or []
        if not texts:
            parts.doubt("options_not_a_list")
    texts = [text_of_html(clean(each)) for each in texts]
    while texts and not texts[-1]:
        texts.pop()
    return own_letters_off(list(lettered(texts)))


def _stated(parts: Parts, fields: Mapping[str, Any], first: int) -> str | None:
    """The answer as text: letters from places and flags, words from lists; None if there is none."""
    data, options = fields.get("answer"), fields.get("options")
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], bool):
        data = data[0]
    if isinstance(data, bool):
        return "正确" if data else "错误"
    if data in (None, "", []):
        return _flagged(options)
    if isinstance(data, int) and parts.options:
        return _placed(parts, [data], first)
    if not isinstance(data, list):
        return _text(data)
    if data and all(isinstance(each, int) and not isinstance(each, bool) for each in data):
        return _placed(parts, data, first) if parts.options else "；".join(map(str, data))
    texts = [_text(each) for each in data]
    gaps = len(_GAPS.findall(parts.stem))
    if not all(texts) or (len(texts) > 1 and not parts.options and 0 < gaps != len(texts)):
        parts.doubt("answer_unreadable", answer=str(data)[:40])
    if parts.options:
        by_text = {text: letter for letter, text in parts.options}
        if all(text in by_text for text in texts):
            return "".join(by_text[text] for text in texts)
        return "".join(texts)
    return texts[0] if len(texts) == 1 else "；".join(map(answers.escape, texts))


def _placed(parts: Parts, places: list[int], first: int) -> str | None:
    """The letters of places in the list of options; a person confirms where they were counted from."""
    letters = "".join(LETTERS[n - first] for n in places if 0 <= n - first < len(LETTERS))
    parts.doubt("answer_by_place", answer=letters)
    return letters or None


def _flagged(options: Any) -> str | None:
    """The letters of the options that say themselves that they are right."""
    if not isinstance(options, list):
        return None
    right = [
        letter
        for letter, each in lettered(options)
        if isinstance(each, dict)
        and any(str(k).lower().replace("_", "") in _RIGHT and v is True for k, v in each.items())
    ]
    return "".join(right) or None


def _text(data: Any) -> str:
    """A value as a person reads it: markup gone, a whole number without its point."""
    if isinstance(data, bool) or data is None or isinstance(data, dict | list):
        return ""
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return text_of_html(clean(str(data))) if isinstance(data, str) else str(data)
