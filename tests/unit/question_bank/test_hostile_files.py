"""Files made to bring their reader down: refused or read, in bounded time."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from question_bank import messages
from question_bank.formats import Refused, read
from question_bank.formats.office.sheets import rows_of
from tests.pace import cpu_since
from tests.unit.question_bank.banks import W, docx, paragraphs_xml
from tests.unit.question_bank.test_reading_tables import HEADER, ROW, workbook

QUESTION = paragraphs_xml("1.甲问", "A.一", "B.二", "答案：A")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_sheet(xml: str | bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A whole workbook of which this is the sheet."""
    return repacked(workbook(("一", [HEADER, ROW])), {name: xml})


def repacked(data: bytes, instead: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in {*old.namelist(), *instead}:
            new.writestr(name, instead[name] if name in instead else old.read(name))
    return out.getvalue()


def sheet(cells: str, prefix: str = "") -> str:
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    p = f"{prefix}:" if prefix else ""
    return f'<{p}worksheet {space}="{MAIN}"><{p}sheetData>{cells}</{p}sheetData></{p}worksheet>'


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(Refused) as refused:
        read(data, name)
    assert refused.value.code in messages.CODES
    return refused.value.code


FAR = {
    "double quotes": sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "single quotes": sheet(
        "<row r='1'><c r='A1'><v>1</v></c></row><row><c r='XFD1048576'><v>1</v></c></row>"
    ),
    "a prefix": sheet(
        "<x:row r='1'><x:c r='A1'><x:v>1</x:v></x:c><x:c r='XFD1048576'><x:v>1</x:v></x:c></x:row>",
        "x",
    ),
    "another prefix than the parent's": sheet(
        f"<row><c r='A1'><v>1</v></c><q:c xmlns:q='{MAIN}' r='XFD1048576'><q:v>1</q:v></q:c></row>"
    ),
    "no name on the row": sheet("<row><c r='XFD1048576'><v>1</v></c><c r='A1'><v>1</v></c></row>"),
    "an inline text": sheet(
        "<row><c r='A1'><v>1</v></c><c t='inlineStr' r='XFD1048576'><is><t>x</t></is></c></row>"
    ),
    "attributes and space between": sheet(
        "<row><c r='A1'><v>1</v></c><c\n\ts='1' \n r = 'XFD1048576'  ><v\n>1</v></c></row>"
    ),
    "characters written as references": sheet(
        "<row><c r='A1'><v>1</v></c><c r='&#88;FD1048576'><v>1</v></c></row>"
    ),
    "small letters": sheet("<row><c r='A1'><v>1</v></c><c r='xfd1048576'><v>1</v></c></row>"),
}


@pytest.mark.parametrize("how", sorted(FAR))
def test_one_far_cell_is_refused_however_it_is_written(how: str) -> None:
    data = with_sheet(FAR[how])
    assert refusal(data, "a.xlsx") == "too_large"
    with pytest.raises(Refused):
        list(rows_of(data))  # what the roster and the annotated file are read by


def test_a_far_cell_is_seen_in_other_encodings_and_in_sheets_the_book_names_otherwise() -> None:
    assert refusal(with_sheet(FAR["double quotes"].encode("utf-16")), "a.xlsx") == "too_large"
    data = workbook(("一", [HEADER, ROW]))
    hidden = {"xl/worksheets/Hidden.xml": FAR["a prefix"]}
    assert refusal(repacked(data, hidden), "a.xlsx") == "too_large"


def test_what_is_no_place_of_a_sheet_is_refused() -> None:
    for place in ("XFE1", "A1048577", "A99999999", "AAAA1", "1A", "", "A0" * 50):
        cells = f"<row><c r='{place}'><v>1</v></c></row>"
        assert refusal(with_sheet(sheet(cells)), "a.xlsx") == "broken_file"


def test_empty_cells_that_only_carry_a_style_do_not_count() -> None:
    bold = "<row r='1048576'><c r='XFD1048576' s='1'/></row></sheetData>"
    data = workbook(("一", [HEADER, ROW]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    styled = with_sheet(xml.replace("</sheetData>", bold))
    assert len(read(styled, "a.xlsx").records) == 1


def test_a_declared_extent_is_not_believed() -> None:
    data = workbook(("一", [HEADER, ROW]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    wide = xml.replace("<sheetViews>", '<dimension ref="A1:XFD1048576"/><sheetViews>', 1)
    assert len(read(with_sheet(wide), "a.xlsx").records) == 1


LAUGHS = (
    "<!DOCTYPE x ["
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    + "]>"
)


@pytest.mark.parametrize(
    "part",
    [
        "worksheets/sheet1.xml",
        "sharedStrings.xml",
        "styles.xml",
        "workbook.xml",
        "_rels/workbook.xml.rels",
    ],
)
@pytest.mark.parametrize("before", ["", "<!-- " + "x" * 5000 + " -->"])
def test_a_document_type_is_refused_in_every_part(part: str, before: str) -> None:
    data = workbook(("一", [HEADER, ROW]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        name = f"xl/{part}"
        xml = archive.read(name).decode()
    declared = xml.replace("?>", f"?>{before}{LAUGHS}", 1)
    assert refusal(repacked(data, {name: declared}), "a.xlsx") == "broken_file"


def test_archives_that_unfold_are_refused() -> None:
    zeros = b"0" * 30_000_000
    assert refusal(docx(QUESTION, word__x_dot_xml=zeros), "a.docx") == "too_large"
    assert refusal(with_sheet(zeros), "a.xlsx") == "too_large"
    inner = docx(QUESTION)
    assert refusal(repacked(b"PK\x05\x06" + b"\0" * 18, {"a.docx": inner, "b.zip": inner}), "a.zip")
    many = {f"xl/{n}.xml": "<a/>" for n in range(6_000)}
    assert refusal(repacked(workbook(("一", [HEADER, ROW])), many), "a.xlsx") == "too_large"


def _nested(opened: str, closed: str, deep: int, inside: str) -> str:
    return opened * deep + inside + closed * deep


LABEL = "%1." * 20_000
NUMBERING = (
    f"<w:numbering {W}><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/>"
    f"<w:lvlText w:val='{LABEL}'/></w:lvl></w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num></w:numbering>"
)
NUMBERED = (
    "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    "<w:r><w:t>x</w:t></w:r></w:p>"
)
STYLES = "".join(
    f"<w:style w:styleId='s{n}'><w:name w:val='n{n}'/><w:basedOn w:val='s{n + 1}'/></w:style>"
    for n in range(5_000)
)
MANY_T = "<w:t>x</w:t>" * 3000
DOCUMENTS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "100,000 empty runs": (f"<w:p>{'<w:r/>' * 100_000}</w:p>", {}),
    "nested tables": (
        _nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 70, paragraphs_xml(*"x" * 500)),
        {},
    ),
    "deep elements": (f"<w:p>{_nested('<w:smartTag>', '</w:smartTag>', 230, MANY_T)}</w:p>", {}),
    "deeper than any parser goes": (f"<w:p>{_nested('<w:r>', '</w:r>', 50_000, '')}</w:p>", {}),
    "nested text boxes": (
        f"<w:p><w:r>{_nested('<w:txbxContent><w:p><w:r>', '</w:r></w:p></w:txbxContent>', 75, MANY_T)}"
        "</w:r></w:p>",
        {},
    ),
    "a label of 60,000 characters": (NUMBERED * 4_000, {"word__numbering_dot_xml": NUMBERING}),
    "thousands of styles": (
        "<w:p><w:pPr><w:pStyle w:val='s0'/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>" * 4_000,
        {"word__styles_dot_xml": f"<w:styles {W}>{STYLES}</w:styles>"},
    ),
    "a wide table": (
        f"<w:tbl>{('<w:tr>' + '<w:tc><w:p/></w:tc>' * 300 + '</w:tr>') * 100}</w:tbl>",
        {},
    ),
}


@pytest.mark.parametrize("what", sorted(DOCUMENTS))
def test_a_small_document_takes_little_time_whatever_is_in_it(what: str) -> None:
    body, members = DOCUMENTS[what]
    data = docx(QUESTION + body, **members)
    assert len(data) < 60_000
    start = time.process_time()
    read_or_refused(data, "a.docx")
    assert cpu_since(start) < 4


LONG = 19_000
RUNS = [
    *(
        "{",
        "（",
        "(",
        "[",
        "【",
        "{第",
        "答案：{",
        "____",
        "1.____",
        "_ ",
        " 　",
        "\t ",
        "A.",
        "A、",
        "、",
    ),
    *("√ ", "1-", "=~", "\\", "**", "__", "(（", "A ", "。 ", "：{"),
]


@pytest.mark.parametrize("piece", RUNS)
def test_long_runs_take_no_more_than_linear_time(piece: str) -> None:
    run = piece * (LONG // len(piece))
    start = time.process_time()
    for before in ("", "1.甲", "答案：", "A."):
        for name in ("a.txt", "a.md"):
            read_or_refused(f"1.甲问\nA.一\nB.二\n答案：A\n{before}{run}乙".encode(), name)
    for column in range(len(ROW)):
        row: list[object] = [*ROW]
        row[column] = f"{row[column]}{run}乙"
        read_or_refused(workbook(("一", [HEADER, row])), "a.xlsx")
    assert cpu_since(start) < 6


def test_thousands_of_keys_for_thousands_of_questions_are_given_up() -> None:
    lines = ["材料一", "1.A 2.B 3.C", "（一）", "1.甲问（　）A.一B.二"] * 3_000
    start = time.process_time()
    read_or_refused("\n".join(lines).encode(), "a.txt")
    assert cpu_since(start) < 10


def test_one_line_of_many_megabytes_is_refused() -> None:
    line = f"题干,答案\n{'甲' * 3_000_000},对\n".encode()
    for name in ("a.csv", "a.txt", "a.md"):
        assert refusal(line, name) in ("too_large", "unknown_header")


def read_or_refused(data: bytes, name: str) -> None:
    try:
        read(data, name)
    except Refused as refused:
        assert refused.code in messages.CODES


@pytest.mark.parametrize("piece", ["{1:SA:", "{1:MC:=a", "{1:SA:\\}"])
def test_gaps_that_never_close_take_no_more_than_linear_time(piece: str) -> None:
    text = f"<text>{piece * (120_000 // len(piece))}</text>"
    asked = f"<question type='cloze'><name><text>n</text></name><questiontext>{text}</questiontext></question>"
    start = time.process_time()
    read_or_refused(f"<quiz>{asked}</quiz>".encode(), "a.xml")
    assert cpu_since(start) < 4
