"""Writing Moodle XML: all that our questions hold, in the fields that Moodle has for it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from lxml import etree

from question_bank.content import Blank, Content, Media, Paragraph, Text
from question_bank.formats.exchange import labelled_fields
from question_bank.formats.exchange.gift_out import category_text
from question_bank.formats.exchange.markup import html_of, media_type
from question_bank.formats.exchange.tags import tags_of
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Question, TextKey

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_TRUTHS = ("true", "false")


def write_moodle(questions: Sequence[Question], pictures: Mapping[str, bytes]) -> bytes:
    """The questions as Moodle XML, with the pictures that are given by SHA-256 inside."""
    quiz = etree.Element("quiz")
    category: tuple[str, ...] = ()
    writer = _Writer(pictures)
    for number, question in enumerate(questions, 1):
        if question.category != category:
            category = question.category
            element = etree.SubElement(quiz, "question", type="category")
            _add_text(etree.SubElement(element, "category"), category_text(category))
        quiz.append(writer.question(question, number))
    return bytes(etree.tostring(quiz, encoding="utf-8", xml_declaration=True, pretty_print=True))


class _Writer:
    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._names: dict[str, str] = {}
        self._pictures = pictures
        for sha256, data in pictures.items():
            if kind := media_type(data):
                self._names[sha256] = f"{sha256[:16]}.{_ENDINGS[kind]}"

    def question(self, question: Question, number: int) -> etree._Element:
        """One question element."""
        element = etree.Element("question", type=_kind(question))
        name = " ".join(question.stem.plain.split())[:60] or str(number)
        _add_text(etree.SubElement(element, "name"), name)
        self._rich(etree.SubElement(element, "questiontext"), _stem(question))
        self._rich(etree.SubElement(element, "generalfeedback"), _escaped(question.explanation))
        etree.SubElement(element, "defaultgrade").text = "1"
        self._key(element, question)
        if tags := tags_of(question):
            holder = etree.SubElement(element, "tags")
            for tag in tags:
                _add_text(etree.SubElement(holder, "tag"), tag)
        return element

    def _rich(self, element: etree._Element, content: Content) -> None:
        """HTML text, and the files of the pictures it shows."""
        element.set("format", "html")
        sources = {sha256: f"@@PLUGINFILE@@/{name}" for sha256, name in self._names.items()}
        _add_text(element, html_of(content, sources))
        for sha256 in dict.fromkeys(p.sha256 for p in content.pieces if isinstance(p, Media)):
            if sha256 in self._names:
                file = etree.SubElement(
                    element, "file", name=self._names[sha256], path="/", encoding="base64"
                )
                file.text = base64.b64encode(self._pictures[sha256]).decode()

    def _key(self, element: etree._Element, question: Question) -> None:
        match question.key:
            case ChoiceKey(option_ids) if question.type is QuestionType.TRUE_FALSE:
                for name in _TRUTHS:
                    _answer(element, name, 100 if name in option_ids else 0)
            case ChoiceKey(option_ids):
                single = question.type is QuestionType.SINGLE
                etree.SubElement(element, "single").text = "true" if single else "false"
                ids = question.key.right_ids if single else option_ids
                share = 100 if single else 100 / max(1, len(option_ids))
                for option in question.options:
                    right = option.id in ids
                    fraction = share if right else 0 if single else -100
                    self._rich(_answer(element, None, fraction), option.content)
            case BlankKey(blanks) if len(blanks) == 1:
                for accepted in blanks[0]:
                    _answer(element, accepted.replace("*", "\\*"), 100)
            case TextKey(reference, points):
                fields = [
                    (labelled_fields.REFERENCE, reference),
                    (labelled_fields.POINTS, "\n".join(points)),
                ]
                info = Content.from_text(labelled_fields.joined(fields))
                self._rich(etree.SubElement(element, "graderinfo"), info)


def _kind(question: Question) -> str:
    if isinstance(question.key, BlankKey):
        return "shortanswer" if len(question.key.blanks) == 1 else "cloze"
    names = {QuestionType.TRUE_FALSE: "truefalse", QuestionType.SHORT_ANSWER: "essay"}
    return names.get(question.type, "multichoice")


def _stem(question: Question) -> Content:
    stem = _escaped(question.stem)
    if isinstance(question.key, BlankKey) and len(question.key.blanks) > 1:
        stem = _embedded(stem, question.key.blanks)
    if question.passage is None or question.passage.is_empty:
        return stem
    passage = _escaped(question.passage)
    return Content(
        (
            _label(labelled_fields.PASSAGE),
            *passage.paragraphs,
            _label(labelled_fields.QUESTION),
            *stem.paragraphs,
        )
    )


def _label(name: str) -> Paragraph:
    return Paragraph((Text(f"【{name}】"),))


def _escaped(content: Content) -> Content:
    """The content without a line that would read as one of our labels."""
    return Content(
        tuple(
            Paragraph((Text(labelled_fields.escaped(each.plain)),))
            if each.pieces and labelled_fields.escaped(each.plain) != each.plain
            else each
            for each in content.paragraphs
        )
    )


def _embedded(stem: Content, blanks: Sequence[Sequence[str]]) -> Content:
    """The stem with each gap's accepted answers in Moodle's embedded form."""

    def piece(each: Text | Blank | Media) -> Text | Blank | Media:
        if not isinstance(each, Blank):
            return each
        return Text(
            "{1:SHORTANSWER:" + "~".join(map(_embedded_answer, blanks[each.number - 1])) + "}"
        )

    return Content(tuple(Paragraph(tuple(map(piece, each.pieces))) for each in stem.paragraphs))


def _embedded_answer(text: str) -> str:
    return "=" + "".join(f"\\{char}" if char in '\\~=#{}%/:"' else char for char in text)


def _answer(element: etree._Element, text: str | None, fraction: float) -> etree._Element:
    shown = f"{fraction:.5f}".rstrip("0").rstrip(".") if fraction else "0"
    answer = etree.SubElement(element, "answer", fraction=shown)
    if text is not None:
        answer.set("format", "plain_text")
        _add_text(answer, text)
    return answer


def _add_text(element: etree._Element, text: str) -> None:
    """A text element inside; what XML cannot hold is left out."""
    writable = "".join(char for char in text if _writable(char))
    etree.SubElement(element, "text").text = writable


def _writable(char: str) -> bool:
    code = ord(char)
    return char in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
