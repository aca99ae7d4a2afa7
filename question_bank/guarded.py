"""Question files from outside: read in a limited process, handed over as the same `BankFile`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from question_bank.annotate import RejectedRecord, annotated
from question_bank.formats import (
    BankFile,
    Declared,
    MediaFile,
    Note,
    Outcome,
    Reason,
    Record,
    Refused,
    Where,
    opened,
    read,
    read_path,
)
from question_bank.formats.compact_list import Packed
from question_bank.formats.office.legacy_office import as_docx
from question_bank.formats.recognise.taught_layout import Example
from question_bank.formats.taught_files import example_from_json, learned, source_of
from question_bank.limited import OFFICE, Limits, run
from question_bank.model import question_from_json, question_to_json

_AT_ONCE = 200
_NOTHING = Declared()


def read_limited(
    source: bytes | Path,
    filename: str,
    limits: Limits | None = None,
    declared: Declared = _NOTHING,
) -> BankFile:
    """As `formats.read`, whatever the file does to its reader.

    Raises Refused: what `read` refuses, and too_costly beyond the limits.
    """
    about = {"name": filename, "declared": asdict(declared)}
    return _bank_file(*_answered("read_task", source, about, limits))


def learned_limited(
    source: bytes | Path, filename: str, examples: Sequence[Example], declared: Declared = _NOTHING
) -> dict[str, Any]:
    """The layout that the examples have in common, as JSON data; raises Refused if they have none."""
    marked = [asdict(each) for each in examples]
    about = {"name": filename, "declared": asdict(declared), "examples": marked}
    first, answers = _answered("learn_task", source, about, None)
    answers.close()
    return dict(first["layout"])


def lines_limited(
    source: bytes | Path, filename: str, first: int, most: int, declared: Declared = _NOTHING
) -> tuple[list[str], int]:
    """Lines of a file from `first` (0 is the first) on, `most` at most, and how many it has in all."""
    about = {"name": filename, "declared": asdict(declared), "first": first, "most": most}
    answer, answers = _answered("lines_task", source, about, None)
    answers.close()
    return list(answer["lines"]), int(answer["total"])


def _answered(
    task: str, source: bytes | Path, about: dict[str, Any], limits: Limits | None
) -> tuple[dict[str, Any], Generator[Any, None, None]]:
    """What a task answers first and the rest; an old document is converted on the way."""
    answers = run(f"question_bank.guarded:{task}", source, about, limits)
    first = next(answers)
    if "office" not in first:
        return first, answers
    answers.close()
    (document,) = run("question_bank.guarded:office_task", source, first, OFFICE)
    return _answered(task, document, {**about, "name": "converted.docx"}, limits)


def annotated_limited(
    data: bytes, form: str, troubles: Sequence[RejectedRecord], limits: Limits | None = None
) -> tuple[bytes, str]:
    """As `annotate.annotated`: the file is read again for its rows, so within limits too."""
    about = {
        "form": form,
        "troubles": [{**asdict(each), "where": each.where.to_json()} for each in troubles],
    }
    answer, content = run("question_bank.guarded:annotate_task", data, about, limits)
    return content, answer["ending"]


def _bank_file(head: dict[str, Any], answers: Iterator[Any]) -> BankFile:
    """The file as it was read; the answer is used up to its end, which ends the process."""
    records: Packed[Record] = Packed()
    media: dict[str, MediaFile] = {}
    try:
        for each in answers:
            if "records" in each:
                for record in each["records"]:
                    records.append(_record(record))
            else:
                media[each["sha256"]] = MediaFile(next(answers), each["mime"], each["name"])
        notes = [Note(n["code"], n["params"], Where(**n["place"])) for n in head["notes"]]
    except (KeyError, TypeError, ValueError) as wrong:
        raise Refused("broken_file", part="—") from wrong
    return BankFile(head["format"], records, notes, media)


def _record(data: dict[str, Any]) -> Record:
    question = data["question"]
    return Record(
        Where(**data["where"]),
        Outcome(data["outcome"]),
        None if question is None else question_from_json(question),
        [Reason(**each) for each in data["reasons"]],
        data["raw"],
        data["draft"],
    )


def _record_to_json(record: Record) -> dict[str, Any]:
    return {
        "where": record.where.to_json(),
        "outcome": str(record.outcome),
        "question": None if record.question is None else question_to_json(record.question),
        "reasons": [each.to_json() for each in record.reasons],
        "raw": record.raw,
        "draft": record.draft,
    }


# What the limited process does.


class _ForOffice(Exception):
    """An old document: the Office program that converts it needs other limits than we have."""


def _not_here(data: bytes, extension: str) -> bytes:
    raise _ForOffice(extension)


def read_task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """The format and notes, the records in parts, each picture after its name."""
    name, declared = about["name"], Declared(**about["declared"])
    try:
        if isinstance(source, bytes):
            found = read(source, name, _not_here, declared)
        else:
            found = read_path(source, name, _not_here, declared)
    except _ForOffice as wanted:
        yield {"office": wanted.args[0]}
        return
    yield {"format": found.format, "notes": [each.to_json() for each in found.notes]}
    records = iter(found.records)
    while part := [_record_to_json(each) for each in islice(records, _AT_ONCE)]:
        yield {"records": part}
    for sha256, each in found.media.items():
        yield {"sha256": sha256, "mime": each.mime, "name": each.name}
        yield each.data


def learn_task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """The layout of the examples."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        kind, data = opened(data, about["name"], _not_here, Declared(**about["declared"]))
    except _ForOffice as wanted:
        yield {"office": wanted.args[0]}
        return
    examples = [example_from_json(each) for each in about["examples"]]
    yield {"layout": learned(kind, data, examples).to_json()}


def lines_task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """Some lines of the file, as they are shown to somebody who marks them."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        kind, data = opened(data, about["name"], _not_here, Declared(**about["declared"]))
    except _ForOffice as wanted:
        yield {"office": wanted.args[0]}
        return
    lines = [line for line in source_of(kind, data).shown() if line.strip()]
    first = max(0, min(about["first"], len(lines)))
    yield {"lines": lines[first : first + about["most"]], "total": len(lines)}


def office_task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """The document as .docx."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    yield as_docx(data, about["office"])


def annotate_task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """The ending of the annotated file, then its bytes."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    troubles = [
        RejectedRecord(Where(**each["where"]), each["raw"], each["remark"])
        for each in about["troubles"]
    ]
    content, ending = annotated(data, about["form"], troubles)
    yield {"ending": ending}
    yield content
