"""How well files are read: what is right, what is left to a person, what is ready and wrong.

What is right is beside a file as NAME.expect.json: `total`, and where they are known `types`,
`answers` in the order of the questions, `options` and how many are `ready`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from question_bank.formats import Refused
from question_bank.guarded import read_limited
from question_bank.inspection import inspect_json
from question_bank.limited import LATER

_EXPECTED = ".expect.json"


@dataclass(slots=True)
class Score:
    """One file: how many records are right, doubted, and ready with a wrong answer.

    `unchecked` are ready records of which nobody has written what is right; `short` says where the
    file falls short of what is expected.
    """

    name: str
    right: int = 0
    doubt: int = 0
    wrong: int = 0
    unchecked: int = 0
    short: list[str] = field(default_factory=list)


def scores(folder: Path) -> Iterator[Score]:
    """The score of every file of a folder, in order of their names."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != ".py" and not path.name.endswith(_EXPECTED):
            expected = path.with_name(path.stem + _EXPECTED)
            if expected.exists() or path.suffix.lower() != ".md" or path.stem != "README":
                yield score(path, _loaded(expected) if expected.exists() else None)


def _loaded(path: Path) -> dict[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    return data if isinstance(data, dict) else {}


def score(path: Path, expected: dict[str, Any] | None) -> Score:
    """The score of one file against what is right, None where nobody has written that."""
    found = Score(path.name)
    try:
        summary = inspect_json(read_limited(path, path.name, LATER), path.name)
    except Refused as refused:
        if expected is None or expected.get("refused") != refused.code:
            found.short.append(f"refused: {refused.code}")
        return found
    records = [each for each in summary["records"] if each["type"]]
    answers = None if expected is None else expected.get("answers")
    for place, record in enumerate(records):
        _count(found, record, answers, place)
    if expected is not None:
        found.short += list(_short(summary, records, expected))
    return found


def _count(found: Score, record: dict[str, Any], answers: list[Any] | None, place: int) -> None:
    if record["outcome"] != "ready":
        found.doubt += 1
    elif answers is None or (place >= len(answers) and not answers):
        found.unchecked += 1
    elif place < len(answers) and record["answer"] == answers[place]:
        found.right += 1
    elif place >= len(answers) and record["type"] == "short_answer":
        found.unchecked += 1
    else:
        found.wrong += 1


def _short(
    summary: dict[str, Any], records: list[dict[str, Any]], expected: dict[str, Any]
) -> Iterator[str]:
    types = Counter(each["type"] for each in records)
    if summary["total"] != expected["total"]:
        yield f"total {summary['total']}, expected {expected['total']}"
    if expected.get("types") and dict(types) != expected["types"]:
        yield f"types {dict(types)}, expected {expected['types']}"
    if "ready" in expected and summary["outcomes"]["ready"] != expected["ready"]:
        yield f"ready {summary['outcomes']['ready']}, expected {expected['ready']}"
    for name, part in (("answers", "answer"), ("options", "options")):
        want = expected.get(name, [])
        got = [each[part] for each in records][: len(want)]
        if got != want:
            yield f"{name} {got}, expected {want}"


def lines_of(found: list[Score]) -> Iterator[str]:
    """The scores as a table for a person, with their sum."""
    whole = Score("—")
    for each in found:
        whole.right += each.right
        whole.doubt += each.doubt
        whole.wrong += each.wrong
        whole.unchecked += each.unchecked
    yield f"{'right':>7}{'doubt':>7}{'wrong':>7}{'unchecked':>11}  (wrong: ready with another answer)"
    for each in [*found, whole]:
        numbers = f"{each.right:>7}{each.doubt:>7}{each.wrong:>7}{each.unchecked:>11}"
        yield f"{numbers}  {each.name}"
        for text in each.short:
            yield f"{'':>32}  {text[:200]}"
