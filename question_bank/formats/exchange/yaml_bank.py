"""The project's own text format: a list of maps that a person can write, review and compare.

A map of such lists is read too, each list as a sheet by its key: the check questions of readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from question_bank import content as contents
from question_bank.content import EMPTY, Content
from question_bank.formats.exchange.inline_pictures import content_with_pictures, with_pictures
from question_bank.formats.recognise.answers import as_answers, each_right
from question_bank.formats.recognise.lines import clean
from question_bank.formats.recognise.row_parts import path, path_text
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import (
    BankFile,
    MediaFile,
    Outcome,
    Reason,
    Record,
    Refused,
    Where,
)
from question_bank.kinds import QuestionType
from question_bank.model import (
    TRUE_FALSE_OPTIONS,
    BlankKey,
    ChoiceKey,
    Key,
    Option,
    Question,
    TextKey,
    check,
    choice_key,
    letters,
    make_options,
)
from question_bank.options import places_of
from question_bank.sources import LawSource, joined, laws_in

_FIELDS = {
    *("type", "stem", "options", "answer", "points", "ordered"),
    *("explanation", "source", "category", "difficulty", "passage"),
}


_LAW_FIELDS = ("law", "article", "law_as_of")
_NONE: Mapping[str, bytes] = {}
_DEEPEST = 20
# The same safe loader and dumper, written in C where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Wrong(Exception):
    """A field that cannot be taken, as a reason."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.reason = Reason(code, params)


def read_yaml(data: bytes) -> BankFile:
    """The questions of a YAML bank; raises Refused if it is no list at all."""
    try:
        text = decode(data)
        _refuse_aliases(text)
        items = yaml.load(text, _LOADER)  # a safe loader
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as wrong:
        raise Refused("broken_file", part="yaml") from wrong
    sheets = items if _is_sheets(items) else {None: items}
    if not all(isinstance(each, list) and each for each in sheets.values()):
        raise Refused("no_questions", why="why_names", lines=text.split("\n")[:3])
    media: dict[str, MediaFile] = {}
    places = [
        (each, Where(sheet=None if name is None else str(name), row=row))
        for name, rows in sheets.items()
        for row, each in enumerate(rows, 1)
    ]
    records = [_record(each, where, media) for each, where in places]
    return BankFile("yaml", records, media=media)


def _is_sheets(items: Any) -> bool:
    """Whether these are lists of questions by name."""
    return isinstance(items, dict) and bool(items)


def write_yaml(questions: Iterable[Question], pictures: Mapping[str, bytes] = _NONE) -> bytes:
    """The questions in the form that `read_yaml` takes, pictures as data inside their texts."""
    items = [_item(each, pictures) for each in questions]
    text: str = yaml.dump(items, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=1000)
    return text.encode()


def _refuse_aliases(text: str) -> None:
    """A handful of aliases can unfold to gigabytes, and depth to a stack of any height."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.events.AliasEvent):
            raise Refused("broken_file", part="yaml")
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise Refused("broken_file", part="yaml")


def _record(item: Any, where: Where, media: dict[str, MediaFile]) -> Record:
    if not isinstance(item, dict):
        reasons = [Reason("not_a_map")]
        return Record(where, Outcome.NOT_UNDERSTOOD, None, reasons, str(item)[:4000])
    raw = "\n".join(f"{name}: {value}" for name, value in item.items())[:4000]
    unknown = sorted(str(name) for name in item if name not in _FIELDS)
    reasons = [Reason("field_unknown", {"field": name[:40]}) for name in unknown]
    try:
        question = _question(item, media)
    except _Wrong as wrong:
        reasons.append(wrong.reason)
        return Record(where, Outcome.TO_CONFIRM, None, reasons, raw, _draft(item))
    problems = [Reason(each.code, each.params) for each in check(question)]
    if problems:
        return Record(where, Outcome.TO_CONFIRM, None, reasons + problems, raw, _draft(item))
    outcome = Outcome.TO_CONFIRM if reasons else Outcome.READY
    return Record(where, outcome, question, reasons, raw)


def _question(item: dict[Any, Any], media: dict[str, MediaFile]) -> Question:
    def content(name: str, blanks: bool = False) -> Content:
        return content_with_pictures(_text(item, name), media, blanks)

    try:
        kind = QuestionType(_text(item, "type"))
    except ValueError as wrong:
        raise _Wrong("type_unknown", type=_text(item, "type")[:40]) from wrong
    level = item.get("difficulty")
    if level is not None and (not isinstance(level, int) or isinstance(level, bool)):
        raise _Wrong("difficulty_range", difficulty=str(level)[:20])
    options = _options(item, kind, media)
    return Question(
        type=kind,
        stem=content("stem", blanks=kind is QuestionType.FILL_BLANK),
        options=options,
        key=_key(item, kind, options),
        explanation=content("explanation"),
        source=_source(item.get("source")),
        category=path(_text(item, "category")),
        difficulty=level,
        passage=content("passage") if _text(item, "passage") else None,
    )


def _source(value: Any) -> str:
    """A line, or one of its parts or several: texts, and maps of law, article and law_as_of."""
    return joined(_law(each) if isinstance(each, dict) else _plain(each) for each in _list(value))


def _source_or_nothing(value: Any) -> str:
    try:
        return _source(value)
    except _Wrong:
        return ""


def _source_item(line: str) -> Any:
    """The line as maps of its laws where every one names its text and nothing else is in it."""
    laws = laws_in(line)
    if not all(each.law_as_of for each in laws) or joined(laws) != line:
        return line
    items = [{n: getattr(each, n) for n in _LAW_FIELDS if getattr(each, n)} for each in laws]
    return items[0] if len(items) == 1 else items


def _law(given: dict[Any, Any]) -> LawSource:
    unknown = sorted(str(name) for name in given if name not in _LAW_FIELDS)
    if unknown:
        raise _Wrong("field_unknown", field=unknown[0][:40])
    if not _text(given, "law"):
        raise _Wrong("source_without_law")
    return LawSource(**{name: _text(given, name) for name in _LAW_FIELDS})


def _options(
    item: dict[Any, Any], kind: QuestionType, media: dict[str, MediaFile]
) -> tuple[Option, ...]:
    given = item.get("options") or []
    if not isinstance(given, list):
        raise _Wrong("options_not_a_list")
    if kind is QuestionType.TRUE_FALSE and not given:
        return TRUE_FALSE_OPTIONS
    return make_options([content_with_pictures(_plain(each), media) for each in given])


def _key(item: dict[Any, Any], kind: QuestionType, options: tuple[Option, ...]) -> Key:
    answer = item.get("answer")
    points = tuple(_plain(each) for each in _list(item.get("points")))
    if kind is QuestionType.SHORT_ANSWER:
        return TextKey(_plain(answer), points)
    if answer is None or answer == "":
        raise _Wrong("no_answer")
    if kind is QuestionType.TRUE_FALSE:
        truths = [each.lower() for each in each_right(_plain(answer))]
        if not set(truths) <= {"true", "false"}:
            raise _Wrong("answer_not_true_false", answer=str(answer)[:40])
        return choice_key([each] for each in truths)
    if kind is QuestionType.FILL_BLANK:
        blanks = tuple(tuple(_plain(a) for a in _list(each)) for each in _list(answer))
        return BlankKey(blanks, item.get("ordered", True) is not False)
    answers = as_answers(_plain(answer))
    if answers is None:
        raise _Wrong("answer_not_letters", answer=_plain(answer)[:40])
    for chosen in answers:
        if len(set(chosen)) < len(chosen):
            raise _Wrong("answer_letter_twice", answer=chosen)
        places = zip(chosen, places_of(chosen), strict=True)
        if beyond := "".join(letter for letter, place in places if place >= len(options)):
            raise _Wrong("key_beyond_options", letters=beyond)
    ids = [[options[place].id for place in places_of(chosen)] for chosen in answers]
    return choice_key(ids)


def _draft(item: dict[Any, Any]) -> dict[str, Any]:
    """What can be shown of a question that is not whole; what is no text is left out."""

    def text(value: Any) -> str:
        return "" if isinstance(value, (list, dict)) else _plain(value)

    kind, level = text(item.get("type")), item.get("difficulty")
    options = make_options([Content.from_text(text(e)) for e in _list(item.get("options"))])
    return {
        "type": kind if kind in set(QuestionType) else None,
        "stem": contents.to_json(Content.from_text(text(item.get("stem")))),
        "options": [{"id": o.id, "content": contents.to_json(o.content)} for o in options],
        "key": None,
        "explanation": contents.to_json(Content.from_text(text(item.get("explanation")))),
        "source": _source_or_nothing(item.get("source")),
        "category": list(path(text(item.get("category")))),
        "difficulty": level if type(level) is int and 1 <= level <= 5 else None,
        "passage": None,
    }


def _item(question: Question, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    def text(content: Content) -> str:
        return with_pictures(content, pictures)

    item: dict[str, Any] = {"type": str(question.type), "stem": text(question.stem)}
    if question.options and question.type is not QuestionType.TRUE_FALSE:
        item["options"] = [text(option.content) for option in question.options]
    match question.key:
        case ChoiceKey(option_ids, others):
            item["answer"] = letters(question)
            if question.type is QuestionType.TRUE_FALSE:
                item["answer"] = "true 或 false" if others else "true" in option_ids
        case BlankKey(blanks, ordered):
            item["answer"] = [list(accepted) for accepted in blanks]
            if not ordered:
                item["ordered"] = False
        case TextKey(reference, points):
            item["answer"] = reference
            if points:
                item["points"] = list(points)
    rest: dict[str, Any] = {
        "explanation": text(question.explanation),
        "source": _source_item(question.source),
        "category": path_text(question.category),
        "difficulty": question.difficulty,
        "passage": text(question.passage or EMPTY),
    }
    return item | {name: value for name, value in rest.items() if value}


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(item: dict[Any, Any], name: str) -> str:
    return _plain(item.get(name))


def _plain(value: Any) -> str:
    """A scalar as text; what YAML took for a number or a date is what was written, nearly."""
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        raise _Wrong("not_text")
    return clean(str(value)).strip("\n")
