"""What a text keeps of its file: headings, lists, emphasis, tables, pictures, notes; losses are named."""

from __future__ import annotations

import io
import re
import time

import pytest
from PIL import Image

from learnapp.domain.core.errors import RuleBroken
from learnapp.services.study.reading_file import _read, read_text
from learnapp.services.study.reading_text import ReadingText, pictures_in
from question_bank.formats import Refused
from tests.pace import cpu_since
from tests.unit.question_bank.banks import W, docx
from tests.unit.question_bank.test_hostile_files import DOCUMENTS

R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(inside: str, style: str = "", properties: str = "") -> str:
    inside = inside if inside.startswith("<") else run(inside)
    named = f"<w:pStyle w:val='{style}'/>" if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inside}</w:p>"


def cell(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


STYLES = (
    f"<w:styles {W}>"
    + "".join(
        f"<w:style w:styleId='{key}'><w:name w:val='{name}'/>{more}</w:style>"
        for key, name, more in [
            ("t", "Title", ""),
            *((f"h{n}", f"heading {n}", "") for n in range(1, 7)),
            ("mine", "我的标题", "<w:basedOn w:val='h2'/>"),
            ("by", "正文大纲", "<w:pPr><w:outlineLvl w:val='2'/></w:pPr>"),
            ("c", "toc 1", ""),
        ]
    )
    + "</w:styles>"
)
LISTS = "<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>"
NUMBERING = (
    f"<w:numbering {W}>"
    + "".join(
        f"<w:abstractNum w:abstractNumId='{n}'>"
        + "".join(
            f"<w:lvl w:ilvl='{level}'><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
            for level in range(3)
        )
        + f"</w:abstractNum><w:num w:numId='{n}'><w:abstractNumId w:val='{n}'/></w:num>"
        for n, form, text in [(1, "bullet", "•"), (2, "chineseCounting", "（%1）")]
    )
    + "</w:numbering>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x/image" Target="media/a.png"/>'
    '<Relationship Id="rId2" Type="x/image" Target="media/b.wmf"/></Relationships>'
)
NOTES = (
    f"<w:footnotes {W}><w:footnote w:id='0' w:type='separator'><w:p/></w:footnote>"
    f"<w:footnote w:id='2'>{paragraph('见第三条。')}</w:footnote></w:footnotes>"
)


def text_of(body: str) -> ReadingText:
    data = docx(
        body.replace("<w:p>", f"<w:p {R} {A} {M}>"),
        word__styles_dot_xml=STYLES,
        word__numbering_dot_xml=NUMBERING,
        word___rels__document_dot_xml_dot_rels=RELATIONS,
        word__media__a_dot_png=png(),
        word__media__b_dot_wmf=b"\xd7\xcd\xc6\x9a not a picture",
        word__footnotes_dot_xml=NOTES,
    )
    return _read(data, "讲稿.docx")


def one(body: str) -> str:
    (section,) = text_of(body).sections
    return section.html


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


def test_pictures_and_notes_are_kept_in_their_places() -> None:
    blip = "<w:r><w:drawing><a:blip r:embed='rId1'/></w:drawing></w:r>"
    note = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    text = text_of(f"<w:p>{run('图')}{blip}{run('后')}{note}</w:p>" + paragraph("下段"))
    (section,) = text.sections
    (sha256,) = text.pictures
    assert pictures_in(section.html) == {sha256}
    assert text.pictures[sha256].mime == "image/png"
    assert re.search(r"<p>图<img [^>]+>后<sup>1</sup></p><p>下段</p>", section.html)
    assert section.html.endswith('<p class="footnote"><sup>1</sup> 见第三条。</p>')


def test_what_cannot_be_kept_is_named_with_its_place() -> None:
    def odd(xml: str) -> str:
        return f"<w:p><w:r>{xml}</w:r>{run('文')}</w:p>"

    text = text_of(
        paragraph("目录一", "c") + paragraph("章", "h1")
        + odd("<w:drawing><c:chart xmlns:c='urn:c'/></w:drawing>")
        + odd("<w:drawing><d:relIds xmlns:d='urn:d'/></w:drawing>")
        + odd("<w:object><o:OLEObject xmlns:o='urn:o'/></w:object>")
        + odd("<a:blip r:embed='rId2'/>")
        + odd("<w:sym/>") + odd("<w:commentReference/>") + odd("<w:footnoteReference w:id='9'/>")
        + f"<w:p>{run('秘', '<w:vanish/>')}{run('明')}<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></w:p>"
    )  # fmt: skip
    lost = {(each.code, each.section) for each in text.lost}
    named = (
        "chart",
        "diagram",
        "object",
        "picture",
        "symbol",
        "comment",
        "note",
        "hidden",
        "formula",
    )
    assert lost == {("contents", ""), *((code, "章") for code in named)}
    assert next(each for each in text.lost if each.code == "picture").paragraph == 6
    assert "秘" not in text.sections[0].html and "x=1" in text.sections[0].html


MARKDOWN = """# 题目

导语[^a]

# 第一章

## 第一节

**重**、*轻*，~~删~~

### 细目

- 甲
  - 乙

| 项 | 期限 |
|----|----|
| 立案 | 七日 |

![流程图](flow.png) 和 [出处](https://example.org/a)

```
## 不是标题
```

<script>alert(1)</script><img src="https://example.org/x.png"><div onclick="x">块</div>

[^a]: 注释 <b>文</b>
"""


def test_markdown_keeps_as_much_and_says_what_it_lost() -> None:
    text = _read(MARKDOWN.encode(), "a.md")
    assert text.title == "题目"
    assert [each.heading for each in text.sections] == ["", "第一章　第一节"]
    first, second = (each.html for each in text.sections)
    assert "导语<sup>1</sup>" in first and 'class="footnote"><sup>1</sup> 注释' in first
    kept = (
        "<strong>重</strong>",
        "<em>轻</em>",
        "<s>删</s>",
        "<h3>细目</h3>",
        "<td>七日</td>",
        "〔流程图〕",
    )
    assert all(piece in second for piece in (*kept, "## 不是标题"))
    assert "<script" not in second and "example.org" not in second and "onclick" not in second
    assert {(each.code, each.section) for each in text.lost} >= {
        ("picture_elsewhere", "第一节"), ("link", "第一节"), ("embedded", "第一节"),
    }  # fmt: skip


def test_a_picture_may_have_no_address_but_ours() -> None:
    html = '<img src="https://a/b.png"><img src="/media/../me"><img src="/media/' + "a" * 64 + '">'
    (section,) = _read(f"正文\n\n{html}\n".encode(), "a.md").sections
    assert section.html.count("<img") == 1 and pictures_in(section.html) == {"a" * 64}


def test_a_text_of_nothing_but_a_picture_is_a_text() -> None:
    (section,) = text_of("<w:p><w:r><a:blip r:embed='rId1'/></w:r></w:p>").sections
    assert section.length == 0 and pictures_in(section.html)


@pytest.mark.parametrize("what", sorted(DOCUMENTS))
def test_a_small_document_is_read_in_little_time(what: str) -> None:
    body, members = DOCUMENTS[what]
    start = time.process_time()
    try:
        _read(docx(paragraph("正文") + body, **members), "a.docx")
    except (Refused, RuleBroken) as refused:
        assert refused.code in ("broken_file", "too_large")
    assert cpu_since(start) < 4


def test_a_marking_in_a_header_a_box_or_a_table_is_refused() -> None:
    header = f"<w:hdr {W}>{paragraph('机密★5年')}</w:hdr>"
    box = f"<w:p><w:r><w:txbxContent>{paragraph('秘密★')}</w:txbxContent></w:r></w:p>"
    table = f"<w:tbl><w:tr>{cell(paragraph('机密★1年'))}</w:tr></w:tbl>"
    for data in (
        docx(paragraph("正文"), word__header1_dot_xml=header),
        docx(paragraph("正文") + box),
        docx(table + paragraph("正文")),
    ):
        with pytest.raises(RuleBroken) as broken:
            read_text(data, "a.docx")
        assert broken.value.code == "secrecy_marking"
