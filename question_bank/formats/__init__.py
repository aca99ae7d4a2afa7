"""Question banks in files: one way in for every format, `read`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from question_bank.formats.detect import is_workbook, kind_of
from question_bank.formats.diagnosis import file_notes, why_nothing
from question_bank.formats.exchange.aiken import read_aiken
from question_bank.formats.exchange.gift import read_gift
from question_bank.formats.exchange.html_file import lines_beside_tables, read_page
from question_bank.formats.exchange.json_bank import read_json
from question_bank.formats.exchange.moodle_in import read_moodle
from question_bank.formats.exchange.qti_in import read_qti
from question_bank.formats.exchange.web_archive import page_of
from question_bank.formats.exchange.yaml_bank import read_yaml
from question_bank.formats.office.docx_blocks import read_blocks
from question_bank.formats.office.docx_file import Table, read_document
from question_bank.formats.office.docx_roundtrip import is_styled, read_styled
from question_bank.formats.office.legacy_office import as_docx, check_macros
from question_bank.formats.office.pdf_file import read_pdf
from question_bank.formats.office.sheet_tables import Sheets, tables_of
from question_bank.formats.office.sheets import read_delimited, read_old_workbook, read_workbook
from question_bank.formats.office.word_xml import word_xml_as_docx
from question_bank.formats.office.workbook_xml import sheets_of_xml
from question_bank.formats.packages.package import check_length, check_size
from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.headers import Header, assumed_header, find_header
from question_bank.formats.recognise.headings import type_in_name
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line, plain
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.tables import Cells, read_rows
from question_bank.formats.recognise.taught_layout import layout_from_json
from question_bank.formats.recognise.text_bank import asks_something, keys_of, parts_of
from question_bank.formats.recognise.text_file import decode, lines_of, pipe_tables, rows_of_lines
from question_bank.formats.records import (
    BankFile,
    Declared,
    MediaFile,
    Note,
    Outcome,
    Reason,
    Record,
    Refused,
    Where,
)
from question_bank.formats.taught_files import read_taught
from question_bank.secrecy import find_marking, may_lapse

__all__ = [
    "BankFile",
    "Declared",
    "MediaFile",
    "Note",
    "Outcome",
    "Reason",
    "Record",
    "Refused",
    "Where",
    "opened",
    "read",
    "read_path",
]

_HEAD_LINES = 10
_LOOKED_AT = 200
_NOTHING = Declared()


def read(
    data: bytes,
    filename: str,
    convert: Callable[[bytes, str], bytes] = as_docx,
    declared: Declared = _NOTHING,
) -> BankFile:
    """Every question of a file, each with its place and what became of it.

    It is read in this process: for a file from outside there is `guarded.read_limited`. `convert`
    turns an old document of an extension into .docx; `declared` is what a person with the right
    has noted about the file.
    Raises Refused when the file as a whole must not be read (secrecy marking, macros,
    encryption, size) or holds no questions.
    """
    kind, data = opened(data, filename, convert, declared)
    if declared.layout is not None:
        return _some(read_taught(kind, data, layout_from_json(declared.layout)), declared)
    return _some(_read_as(kind, data, type_in_name(_bare(filename))), declared)


def opened(
    data: bytes,
    filename: str,
    convert: Callable[[bytes, str], bytes] = as_docx,
    declared: Declared = _NOTHING,
) -> tuple[str, bytes]:
    """The kind of a file and its bytes, those of an old document converted. Raises Refused."""
    name = _bare(filename)
    check_size(data)
    kind = kind_of(data, name)
    if kind != "office":
        return kind, data
    check_macros(data, declared.without_macros)
    return "docx", convert(data, name.rsplit(".", 1)[-1].lower())


def read_path(
    path: Path,
    filename: str | None = None,
    convert: Callable[[bytes, str], bytes] = as_docx,
    declared: Declared = _NOTHING,
) -> BankFile:
    """As `read`, of a file on disk; a workbook is read where it lies, which takes less memory.

    Raises Refused, and OSError if there is no such file.
    """
    name = _bare(filename or path.name)
    check_length(path.stat().st_size)
    if declared.layout is None and is_workbook(path, name):
        return _some(_sheets("xlsx", read_workbook(path, type_in_name(name))), declared)
    return read(path.read_bytes(), name, convert, declared)


def _bare(filename: str) -> str:
    return filename.replace("\\", "/").rsplit("/", 1)[-1]


def _some(found: BankFile, declared: Declared) -> BankFile:
    """The file, if it bears no secrecy marking that holds and has questions."""
    notes = list(found.notes)
    if marking := find_marking(found.heads):
        if not (declared.marking_lapsed and may_lapse(marking)):
            raise Refused("secrecy_marking", marking=marking)
        notes.insert(0, Note("marking_lapsed", {"marking": marking}))
    if not found.records:
        raise Refused("no_questions", **why_nothing(found.unread, found.names, found.format))
    return replace(found, notes=[*file_notes(found.records), *notes], heads=(), unread=())


def _read_as(kind: str, data: bytes, section: ClassifiedLine | None) -> BankFile:
    """The bank of a file of a kind; `section` is what its name says of the type of its questions."""
    match kind:
        case "docx":
            return _read_docx(data, section)
        case "txt" | "md":
            return _read_lines(data, kind == "md", section)
        case "xlsx":
            return _sheets(kind, read_workbook(data, section))
        case _:
            return _READERS[kind](data)


def _read_docx(data: bytes, section: ClassifiedLine | None = None) -> BankFile:
    document = read_document(data)
    if is_styled([each.style for each in document.styled]):
        heads = [*document.margins, *(plain(e.text) for e in document.styled[:_HEAD_LINES])]
        records, noted = read_styled(document.styled)
        return BankFile("docx", records, document.notes + noted, document.media, heads)
    if (table := _rows_of_lines(document.blocks)) is not None:
        return _sheets("docx", tables_of([("", table)], Sheets(heads=list(document.margins))))
    read = read_blocks(document.blocks, document.notes)
    heads = [*document.margins, *_head(read.lines), *_table_heads(document.blocks)]
    written, noted = parts_of(read.lines, section, read.tabled)
    parts = sorted([*read.tabled, *written], key=lambda each: each.where.at)
    unread = () if parts else read.lines[:_LOOKED_AT]
    notes = noted + read.notes
    return BankFile("docx", _records(parts), notes, document.media, heads, unread)


def _rows_of_lines(blocks: Sequence[Line | Table]) -> list[list[str]] | None:
    """The lines of a document as rows of cells, where nearly all are parted by the same signs."""
    lines = [each.text for each in blocks if isinstance(each, Line)]
    if len(lines) < len(blocks) or not any("|" in text or "\t" in text for text in lines):
        return None
    found = rows_of_lines("\n".join(lines))
    return None if found is None else found[0]


def _table_heads(blocks: Sequence[Line | Table]) -> list[str]:
    """A first table may be a letterhead; what is in it before any header is head."""
    first = next((each for each in blocks if isinstance(each, Table)), None)
    if first is None or blocks.index(first) > _HEAD_LINES or find_header(first.rows) is not None:
        return []
    return [cell for row in first.rows[:3] for cell in row]


def _written(
    form: str,
    lines: list[Line],
    notes: Sequence[Note] = (),
    section: ClassifiedLine | None = None,
) -> BankFile:
    """The questions of lines of text."""
    parts, noted = parts_of(lines, section)
    unread = () if parts else lines[:_LOOKED_AT]
    return BankFile(form, _records(parts), [*notes, *noted], heads=_head(lines), unread=unread)


def _read_lines(data: bytes, markdown: bool, section: ClassifiedLine | None) -> BankFile:
    if not markdown and (table := rows_of_lines(decode(data))) is not None:
        return _sheets("txt", tables_of([("", table[0])]))
    lines, notes = lines_of(data, markdown)
    if markdown:
        tables = [
            (first, rows, header)
            for first, rows in pipe_tables(data)
            if (header := find_header(rows)) is not None
        ]
        if tables:
            return _read_tables_and_lines(tables, lines, notes)
    return _written("md" if markdown else "txt", lines, notes, section)


def _read_tables_and_lines(
    tables: Sequence[tuple[int, list[list[str]], Header]], lines: list[Line], notes: Sequence[Note]
) -> BankFile:
    """A Markdown file: its tables by their headers, the lines outside of them as they come."""
    parts: list[Parts] = []
    noted = list(notes)
    inside: set[int] = set()
    for first, rows, header in tables:
        parts += read_rows(rows, header, Cells(), noted, first)
        inside |= set(range(first, first + len(rows)))
    rest = [each for each in lines if each.where.paragraph not in inside]
    written, further = parts_of(rest, tabled=parts)
    return BankFile("md", _records(parts + written), noted + further, heads=_head(rest))


def _read_page(data: bytes) -> BankFile:
    tables, lines = read_page(data)
    if not any(find_header(rows) or assumed_header(rows) for rows in tables):
        if (table := _rows_of_lines(lines)) is not None:
            return _sheets("html", tables_of([("", table)]))
        return _written("html", lines)
    rest = lines_beside_tables(data)
    named = [(f"表{n}", rows) for n, rows in enumerate(tables, 1)]
    found = tables_of(named, Sheets(keys=(keys := keys_of(rest))))
    parts, notes = ([], []) if keys else parts_of(rest)
    if any(map(asks_something, parts)):
        for each in parts:
            found.records.append(assemble(each))
    found.notes += notes
    return _sheets("html", found)


def _read_pdf(data: bytes) -> BankFile:
    lines, notes = read_pdf(data)
    return _written("pdf", lines, notes)


def _sheets(form: str, found: Sheets) -> BankFile:
    return BankFile(form, found.records, found.notes, found.media, found.heads)


def _records(parts: Iterable[Parts]) -> list[Record]:
    return [assemble(each) for each in parts]


def _head(lines: Iterable[Line]) -> list[str]:
    """The first lines with text, up to the first that belongs to a question."""
    head: list[str] = []
    for line in lines:
        seen = classify(line.text)
        if (
            seen.kind in (LineKind.NUMBER, LineKind.OPTION, LineKind.ANSWER)
            or len(head) == _HEAD_LINES
        ):
            break
        if seen.kind is not LineKind.EMPTY:
            head.append(plain(line.text))
    return head


_READERS: dict[str, Callable[[bytes], BankFile]] = {
    "xls": lambda data: _sheets("xls", read_old_workbook(data)),
    "csv": lambda data: _sheets("csv", read_delimited(data)),
    "tsv": lambda data: _sheets("tsv", read_delimited(data)),
    "html": _read_page,
    "mht": lambda data: _read_page(page_of(data)),
    "sheetxml": lambda data: _sheets("xls", tables_of(sheets_of_xml(data))),
    "wordxml": lambda data: _read_docx(word_xml_as_docx(data)),
    "json": read_json,
    "pdf": _read_pdf,
    "yaml": read_yaml,
    "gift": read_gift,
    "aiken": read_aiken,
    "moodle": read_moodle,
    "qti": read_qti,
}
