"""A text in Word keeps its headings, lists and emphasis; its margins may bear no secrecy marking."""

from __future__ import annotations

from learnapp.services.study.reading_docx import read_docx
from tests.services.refusals import refused
from tests.services.study.word import LISTS, cell, one, paragraph, run, text_of
from tests.unit.question_bank.banks import W, docx


def test_headings_of_all_levels_are_kept() -> None:
    text = text_of(
        paragraph("讲稿", "t")
        + paragraph("第一编", "h1") + paragraph("第一节", "h2") + paragraph("正文一")
        + paragraph("细目", "h3") + paragraph("正文二") + paragraph("更细", "h5") + paragraph("正文三")
        + paragraph("自定样式", "mine") + paragraph("正文四") + paragraph("大纲三级", "by")
        + paragraph("正文五") + paragraph("末章", "h1")
    )  # fmt: skip
    assert text.title == "讲稿"
    assert [each.heading for each in text.sections] == ["第一编　第一节", "自定样式"]
    assert "<h3>细目</h3><p>正文二</p><h5>更细</h5>" in text.sections[0].html
    assert "<h3>大纲三级</h3>" in text.sections[1].html and "末章" in text.sections[1].html


def test_emphasis_and_lists_are_kept() -> None:
    html = one(
        paragraph(run("重", "<w:b/>") + run("轻") + run("斜", "<w:i/>") + run("线", "<w:u w:val='single'/>"))
        + paragraph(run("x") + run("2", "<w:vertAlign w:val='superscript'/>") + run("平", "<w:b w:val='0'/>"))
        + paragraph("甲", properties=LISTS.format(level=0, number=1))
        + paragraph("乙", properties=LISTS.format(level=1, number=1))
        + paragraph("丙", properties=LISTS.format(level=0, number=1))
        + paragraph("丁", properties=LISTS.format(level=0, number=2))
        + paragraph("戊", properties=LISTS.format(level=0, number=2))
    )  # fmt: skip
    assert "<p><strong>重</strong>轻<em>斜</em><u>线</u></p><p>x<sup>2</sup>平</p>" in html
    assert "<ul><li>甲<ul><li>乙</li></ul></li><li>丙</li></ul>" in html
    assert "（一）" in html and "（二）" in html


def test_a_marking_in_a_header_a_box_or_a_table_is_refused() -> None:
    header = f"<w:hdr {W}>{paragraph('机密★5年')}</w:hdr>"
    box = f"<w:p><w:r><w:txbxContent>{paragraph('秘密★')}</w:txbxContent></w:r></w:p>"
    table = f"<w:tbl><w:tr>{cell(paragraph('机密★1年'))}</w:tr></w:tbl>"
    for data in (
        docx(paragraph("正文"), word__header1_dot_xml=header),
        docx(paragraph("正文") + box),
        docx(table + paragraph("正文")),
    ):
        with refused("secrecy_marking"):
            read_docx(data, "a.docx")


def test_a_text_without_a_title_is_called_as_its_file_and_a_chapters_number_makes_a_heading() -> (
    None
):
    text = read_docx(docx(paragraph("第一章 总则") + paragraph("正文")), "讲稿.docx")
    assert text.title == "讲稿"
    assert [each.heading for each in text.sections] == ["第一章 总则"]


def test_what_stands_in_the_margin_is_named_as_lost_and_a_page_number_is_not() -> None:
    for said, lost in (("内部学习材料", ["margin"]), ("第 1 页 共 9 页", [])):
        footer = f"<w:ftr {W}>{paragraph(said)}</w:ftr>"
        text = read_docx(docx(paragraph("正文"), word__footer1_dot_xml=footer), "a.docx")
        assert [each.code for each in text.lost] == lost
