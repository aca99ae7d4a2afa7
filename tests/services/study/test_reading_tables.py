"""Tables of a Word text keep their merged cells and scroll inside themselves."""

from __future__ import annotations

from lxml import etree

from learnapp.services.study import reading_tables
from learnapp.services.study.reading_tables import table_html
from tests.services.refusals import refused_file
from tests.services.study.word import cell, one, paragraph
from tests.unit.question_bank.banks import W


def test_tables_are_kept_with_their_merged_cells_and_scroll_inside_themselves() -> None:
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    begun, more = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    inner = f"<w:tbl><w:tr>{cell(paragraph('内'))}</w:tr></w:tbl>"
    grid = [
        head + cell(paragraph("项目")) + cell(paragraph("期限"), "<w:gridSpan w:val='2'/>"),
        cell(paragraph("立案"), begun) + cell(paragraph("七日")) + cell(paragraph("一")),
        cell("<w:p/>", more) + cell(paragraph("十日")) + cell(inner + paragraph("外")),
    ]
    rows = "".join(f"<w:tr>{each}</w:tr>" for each in grid)
    html = one(paragraph("见下表") + f"<w:tbl>{rows}</w:tbl>" + paragraph("表后"))
    assert '<div class="table-scroll" tabindex="0" role="region"' in html
    assert "<th>项目</th>" in html and '<th colspan="2">期限</th>' in html
    assert '<td rowspan="2">立案</td>' in html
    assert "十日" in html and html.count("<table>") == 2 and html.count("</div>") == 2
    assert html.index("见下表") < html.index("项目") < html.index("表后")


def _table(*rows: str) -> str:
    table = f"<w:tbl {W}>" + "".join(f"<w:tr>{each}</w:tr>" for each in rows) + "</w:tbl>"
    return table_html(etree.fromstring(table), lambda each: "".join(each.itertext()))


def test_a_cell_that_goes_on_in_the_next_row_takes_its_text_along() -> None:
    begun, more = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    html = _table(
        cell(paragraph("甲"), begun) + cell(paragraph("一")),
        cell(paragraph("乙"), more) + cell(paragraph("二")),
    )
    assert html == (
        '<table><tr><td rowspan="2">甲<br>乙</td><td>一</td></tr><tr><td>二</td></tr></table>'
    )


def test_a_width_beyond_sense_is_cut_and_a_table_without_cells_is_none() -> None:
    assert 'colspan="200"' in _table(cell(paragraph("甲"), "<w:gridSpan w:val='9999'/>"))
    assert "colspan" not in _table(cell(paragraph("甲"), "<w:gridSpan w:val='99999'/>"))
    assert _table("") == ""


def test_an_absurd_number_of_cells_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(reading_tables, "_MOST_CELLS", 2)
    with refused_file("too_large"):
        _table(cell(paragraph("甲")) * 2, cell(paragraph("乙")))
