"""The names of a JSON bank's values where they say nothing: what each means is told by its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.headers import column_named

_FEWEST = 3
_LOOKED_AT = 200
_DEEPEST = 30


def names_by_content(data: Any) -> dict[str, str]:
    """What names mean that nobody knows, by the values they have in the longest list of objects.

    Empty where the known names already tell a stem, or where no name has the values of one.
    """
    rows = max(_lists(data, 0), key=len, default=[])[:_LOOKED_AT]
    if len(rows) < _FEWEST:
        return {}
    counted = Counter(str(key) for row in rows for key in row)
    usual = [key for key, count in counted.items() if 2 * count >= len(rows)]
    known = {key: column_named(key) for key in usual}
    if "stem" in known.values():
        return {}
    values = {key: [row[key] for row in rows if key in row] for key in usual}
    meant: dict[str, str] = {}
    if not any(name == "options" or len(name or "") == 1 for name in known.values()):
        listed = [key for key in usual if known[key] is None and _are_options(values[key])]
        meant |= dict.fromkeys(listed[:1], "options")
    if "answer" not in known.values():
        answers = [key for key in usual if known[key] is None and _are_answers(values[key])]
        meant |= dict.fromkeys(answers[-1:], "answer")
    texts = {
        key: sum(len(each) for each in values[key])
        for key in usual
        if key not in meant and known[key] in (None, "category") and _are_texts(values[key])
    }
    has_answer = "answer" in {*known.values(), *meant.values()}
    if not texts or not (has_answer or "options" in {*known.values(), *meant.values()}):
        return {}
    stem = max(texts, key=lambda key: texts[key])
    return {**meant, stem: "stem"} if texts[stem] >= 4 * len(values[stem]) else {}


def _lists(data: Any, depth: int) -> Iterator[list[Mapping[str, Any]]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list) and data and all(isinstance(each, dict) for each in data):
        yield data
        return
    inner: Sequence[Any] = (
        list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else []
    )
    for each in inner:
        yield from _lists(each, depth + 1)


def _are_options(values: Sequence[Any]) -> bool:
    """Whether most values are lists of two or more, or objects of them, as those of options are."""
    several = [each for each in values if isinstance(each, list | dict) and len(each) > 1]
    return 2 * len(several) > len(values)


def _are_answers(values: Sequence[Any]) -> bool:
    texts = [each.strip() for each in values if isinstance(each, str) and each.strip()]
    return 2 * len(texts) > len(values) and all(
        answers.as_answers(text) is not None or answers.as_truth(text, sure=True) is not None
        for text in texts
    )


def _are_texts(values: Sequence[Any]) -> bool:
    texts = {each for each in values if isinstance(each, str) and each.strip()}
    return 2 * len(texts) > len(values)
