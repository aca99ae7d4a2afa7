"""Writing .docx: a paper to print, with its key or without, that reads back as it was written."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from question_bank.content import Blank, Content, Media, Paragraph, Text
from question_bank.formats.exchange.markup import media_type
from question_bank.formats.office.xlsx_bank import TYPE_NAMES, answer_text
from question_bank.formats.recognise.answers import escape
from question_bank.formats.recognise.row_parts import path_text
from question_bank.kinds import QuestionType
from question_bank.model import Question, TextKey
from question_bank.options import letter_of

# Paragraph styles that say what a paragraph is; `…More` goes on with the one before.
STYLES = {
    "QBHeading": "题库标题",
    "QBPassageTitle": "题库材料标题",
    "QBPassage": "题库材料",
    "QBStem": "题库题干",
    "QBStemMore": "题库题干续",
    "QBOption": "题库选项",
    "QBOptionMore": "题库选项续",
    "QBAnswer": "题库答案",
    "QBAnswerMore": "题库答案续",
    "QBExplanation": "题库解析",
    "QBExplanationMore": "题库解析续",
    "QBDetail": "题库属性",
    "QBRemark": "题库批注",
}
_NUMERALS = "一二三四五六七八九十"
_ORDER = list(QuestionType)
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WIDEST = 5_000_000  # of a picture, in EMU: a good 13 cm
_EMU = 9_525  # a pixel


def write_docx(
    questions: Sequence[Question],
    pictures: Mapping[str, bytes],
    title: str = "",
    key: bool = True,
) -> bytes:
    """A paper of the questions, by type, numbered through; without `key`, nothing tells it."""
    paper = _Paper(pictures, key)
    if title:
        paper.add("Title", title)
    ordered = sorted(questions, key=lambda each: _ORDER.index(each.type))
    for section, (kind, group) in enumerate(groupby(ordered, key=lambda each: each.type)):
        paper.add("QBHeading", f"{_NUMERALS[section]}、{TYPE_NAMES[kind]}")
        for passage, sharing in groupby(group, key=lambda each: each.passage):
            paper.shared(passage, list(sharing))
    return paper.packed()


def write_lines(lines: Sequence[str], remark: str) -> bytes:
    """A document of plain lines; those that begin with `remark` are red."""
    paper = _Paper({}, key=True)
    for line in lines:
        paper.add("QBRemark" if line.startswith(remark) else "Normal", line)
    return paper.packed()


class _Paper:
    def __init__(self, pictures: Mapping[str, bytes], key: bool) -> None:
        self._pictures = pictures
        self._key = key
        self._body: list[str] = []
        self._used: dict[str, tuple[str, str]] = {}
        self._number = 0

    def add(self, style: str, text: str) -> None:
        """A paragraph of plain text."""
        self._body.append(_paragraph(style, _run(text)))

    def shared(self, passage: Content | None, questions: Sequence[Question]) -> None:
        """Questions that share a passage, or have none."""
        if passage is not None and not passage.is_empty:
            first, last = self._number + 1, self._number + len(questions)
            self.add("QBPassageTitle", f"材料：阅读以下材料，回答第{first}-{last}题")
            self._content("QBPassage", "QBPassage", "", passage)
        for question in questions:
            self._number += 1
            self._question(question)

    def _question(self, question: Question) -> None:
        self._content("QBStem", "QBStemMore", f"{self._number}. ", question.stem)
        if question.type is not QuestionType.TRUE_FALSE:
            for place, option in enumerate(question.options):
                self._content("QBOption", "QBOptionMore", f"{letter_of(place)}. ", option.content)
        if not self._key:
            return
        answer = answer_text(question)
        self._content("QBAnswer", "QBAnswerMore", "答案：", Content.from_text(answer))
        if not question.explanation.is_empty:
            self._content("QBExplanation", "QBExplanationMore", "解析：", question.explanation)
        for name, value in _details(question):
            self.add("QBDetail", f"{name}：{value}")

    def _content(self, first: str, more: str, label: str, content: Content) -> None:
        style = first
        for paragraph in content.paragraphs or (Paragraph(),):
            runs = "".join(self._runs(paragraph))
            self._body.append(_paragraph(style, _run(label) + runs if style == first else runs))
            style, label = more, label if more == first else ""

    def _runs(self, paragraph: Paragraph) -> Iterator[str]:
        for piece in paragraph.pieces:
            match piece:
                case Text(text):
                    yield _run(text)
                case Blank():
                    yield _run("____")
                case Media(sha256, alt):
                    yield self._picture(sha256, alt)

    def _picture(self, sha256: str, alt: str) -> str:
        data = self._pictures.get(sha256)
        kind = media_type(data) if data is not None else None
        if data is None or kind is None:
            return _run(f"[{alt}]") if alt else ""
        if sha256 not in self._used:
            number = len(self._used) + 1
            self._used[sha256] = (f"rIdP{number}", f"media/image{number}.{_TYPES[kind]}")
        width, height = _size(data)
        return _drawing(self._used[sha256][0], alt, width, height, len(self._body) + 1)

    def packed(self) -> bytes:
        """The package."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _parts("".join(self._body), self._used.values()):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
            for sha256, (_, target) in self._used.items():
                info = zipfile.ZipInfo(f"word/{target}", _EPOCH)
                archive.writestr(info, self._pictures[sha256])
        return out.getvalue()


def _details(question: Question) -> Iterator[tuple[str, str]]:
    if isinstance(question.key, TextKey):
        yield from (("要点", escape(point)) for point in question.key.points)
    if question.category:
        yield "章节", path_text(question.category)
    if question.difficulty is not None:
        yield "难度", str(question.difficulty)
    if question.source:
        yield "来源", question.source


def _size(data: bytes) -> tuple[int, int]:
    """The width and height to print a picture at, in EMU."""
    from PIL import Image  # only papers with pictures need it

    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
    scale = min(1.0, _WIDEST / max(1, width * _EMU))
    return int(width * _EMU * scale), int(height * _EMU * scale)


def _escaped(text: str) -> str:
    writable = "".join(char for char in text if char >= " " or char == "\t")
    return html.escape(writable, quote=True).replace("\ufffe", "").replace("\uffff", "")


def _run(text: str) -> str:
    """A run of text; tabs are elements of their own."""
    if not text:
        return ""
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{each}</w:t>' if each else ""
        for each in _escaped(text).split("\t")
    )
    return f"<w:r>{pieces}</w:r>"


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _drawing(relation: str, alt: str, width: int, height: int, number: int) -> str:
    description = _escaped(alt)
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="{relation}" descr="{description}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{relation}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def _parts(body: str, pictures: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1418" '
        'w:bottom="1440" w:left="1418" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Default Extension="{ending}" ContentType="{kind}"/>'
            for kind, ending in _TYPES.items()
        )
        + f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/></Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
    )
    links = "".join(
        f'<Relationship Id="{name}" Type="{office}/image" Target="{target}"/>'
        for name, target in pictures
    )
    yield (
        "word/_rels/document.xml.rels",
        f'{_HEAD}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/styles" Target="styles.xml"/>{links}</Relationships>',
    )
    yield "word/styles.xml", f"{_HEAD}<w:styles {_NAMESPACES}>{_styles()}</w:styles>"
    yield (
        "word/document.xml",
        f"{_HEAD}<w:document {_NAMESPACES}><w:body>{body}{page}</w:body></w:document>",
    )


def _styles() -> str:
    font = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'
        '<w:sz w:val="21"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="40" w:line="312" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="240"/><w:jc w:val="center"/></w:pPr>'
        "<w:rPr><w:b/><w:sz w:val='36'/></w:rPr></w:style>"
    )
    shapes = {
        "QBHeading": '<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="24"/></w:rPr>',
        "QBPassageTitle": "<w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/></w:rPr>",
        "QBPassage": '<w:pPr><w:ind w:firstLine="420"/></w:pPr>',
        "QBStem": '<w:pPr><w:keepNext/><w:spacing w:before="120"/></w:pPr>',
        "QBOption": '<w:pPr><w:ind w:left="420"/></w:pPr>',
        "QBRemark": '<w:rPr><w:color w:val="B42318"/></w:rPr>',
        "QBOptionMore": '<w:pPr><w:ind w:left="735"/></w:pPr>',
    }
    return font + "".join(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{code}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/>{shapes.get(code, "")}</w:style>'
        for code, name in STYLES.items()
    )
