"""Word files as lecturers write them, made piece by piece, and the text that is read from them."""

from __future__ import annotations

import io

from PIL import Image

from learnapp.services.study.reading_docx import read_docx
from learnapp.services.study.reading_text import ReadingText
from tests.unit.question_bank.banks import W, docx

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
    return read_docx(data, "讲稿.docx")


def one(body: str) -> str:
    (section,) = text_of(body).sections
    return section.html
