"""Writing a QTI 3.0 package: an item each, stimuli for shared passages, pictures beside them."""

from __future__ import annotations

import hashlib
import html
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from question_bank.content import Content
from question_bank.formats.exchange.markup import html_of, media_type
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Question, TextKey
from question_bank.options import in_letters, lettered

# What QTI has no element for is beside the item, in a namespace of our own.
NAMESPACE = "urn:question-bank:about:1"
_QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_MANIFEST = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_MATCH = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct"
_MAP = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_qti(questions: Sequence[Question], pictures: Mapping[str, bytes]) -> bytes:
    """A package of the questions, with the pictures that are given by SHA-256. The same bytes each
    time."""
    package = _Package(pictures)
    for number, question in enumerate(questions, 1):
        package.add(f"q{number:05}", question)
    return package.packed()


class _Package:
    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._members: dict[str, bytes] = {}
        self._resources: list[str] = []
        self._sources: dict[str, str] = {}
        for sha256, data in pictures.items():
            if kind := media_type(data):
                name = f"images/{sha256[:20]}.{_ENDINGS[kind]}"
                self._members[name] = data
                self._sources[sha256] = f"../{name}"

    def add(self, name: str, question: Question) -> None:
        """One item, and its stimulus if no item before shares it."""
        stimulus = self._stimulus(question.passage)
        self._members[f"items/{name}.xml"] = self._item(name, question, stimulus).encode()
        self._resources.append(
            f'<resource identifier="{name}" type="imsqti_item_xmlv3p0" href="items/{name}.xml">'
            f'<metadata>{_about(question)}</metadata><file href="items/{name}.xml"/></resource>'
        )

    def _stimulus(self, passage: Content | None) -> str:
        if passage is None or passage.is_empty:
            return ""
        body = self._html(passage)
        name = f"s{hashlib.sha256(body.encode()).hexdigest()[:16]}"
        member = f"stimuli/{name}.xml"
        if member not in self._members:
            text = (
                f'{_HEAD}<qti-assessment-stimulus xmlns="{_QTI}" identifier="{name}" title="{name}">'
                f"<qti-stimulus-body>{body}</qti-stimulus-body></qti-assessment-stimulus>"
            )
            self._members[member] = text.encode()
            self._resources.append(
                f'<resource identifier="{name}" type="imsqti_stimulus_xmlv3p0" href="{member}">'
                f'<file href="{member}"/></resource>'
            )
        return name

    def _html(self, content: Content) -> str:
        return _safe(html_of(content, self._sources))

    def _item(self, name: str, question: Question, stimulus: str) -> str:
        title = " ".join(question.stem.plain.split())[:60] or name
        shared = (
            f'<qti-assessment-stimulus-ref identifier="{stimulus}" href="../stimuli/{stimulus}.xml"/>'
            if stimulus
            else ""
        )
        feedback = ""
        outcome = _outcome("SCORE", "float")
        if not question.explanation.is_empty:
            outcome += _outcome("FEEDBACK", "identifier")
            feedback = (
                '<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="explanation" '
                f'show-hide="show"><qti-content-body>{self._html(question.explanation)}'
                "</qti-content-body></qti-modal-feedback>"
            )
        processing = _MAP if isinstance(question.key, BlankKey) else _MATCH
        return (
            f'{_HEAD}<qti-assessment-item xmlns="{_QTI}" identifier="{name}" title="{_quoted(title)}" '
            f'adaptive="false" time-dependent="false" xml:lang="zh-CN">{_declared(question)}{outcome}'
            f"{shared}<qti-item-body>{self._body(question)}</qti-item-body>"
            f'<qti-response-processing template="{processing}"/>{feedback}</qti-assessment-item>'
        )

    def _body(self, question: Question) -> str:
        match question.key:
            case BlankKey():
                return _safe(html_of(question.stem, self._sources, _gap))
            case TextKey(_, points):
                rubric = "".join(f"<p>{_text(each)}</p>" for each in points)
                if rubric:
                    rubric = (
                        '<qti-rubric-block use="scoring" view="scorer"><qti-content-body>'
                        f"{rubric}</qti-content-body></qti-rubric-block>"
                    )
                asked = '<qti-extended-text-interaction response-identifier="RESPONSE"/>'
                return f"{rubric}{self._html(question.stem)}{asked}"
            case ChoiceKey():
                most = 0 if question.type is QuestionType.MULTIPLE else 1
                choices = "".join(
                    f'<qti-simple-choice identifier="{name}">{self._html(content)}</qti-simple-choice>'
                    for name, content in _choices(question)
                )
                return (
                    f'{self._html(question.stem)}<qti-choice-interaction response-identifier="RESPONSE" '
                    f'shuffle="false" max-choices="{most}">{choices}</qti-choice-interaction>'
                )

    def packed(self) -> bytes:
        """The zip, its manifest first."""
        manifest = (
            f'{_HEAD}<manifest xmlns="{_MANIFEST}" identifier="question-bank"><metadata>'
            "<schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>"
            f"<organizations/><resources>{''.join(self._resources)}{self._files()}</resources></manifest>"
        )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {"imsmanifest.xml": manifest.encode(), **self._members}.items():
                info = zipfile.ZipInfo(name, _EPOCH)
                archive.writestr(info, data, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _files(self) -> str:
        names = (name for name in self._members if name.startswith("images/"))
        return "".join(
            f'<resource identifier="i{number}" type="webcontent" href="{name}"><file href="{name}"/>'
            "</resource>"
            for number, name in enumerate(names, 1)
        )


def _choices(question: Question) -> list[tuple[str, Content]]:
    """The options with the names they bear in the item: A, B … or true and false."""
    if question.type is QuestionType.TRUE_FALSE:
        return [(each.id, each.content) for each in question.options]
    return [(letter, each.content) for letter, each in lettered(question.options)]


def _declared(question: Question) -> str:
    match question.key:
        case ChoiceKey(option_ids):
            names = [name for name, _ in _choices(question)]
            right = [
                name
                for name, option in zip(names, question.options, strict=True)
                if option.id in option_ids
            ]
            several = question.type is QuestionType.MULTIPLE
            return _declaration(
                "RESPONSE", "multiple" if several else "single", "identifier", right
            )
        case BlankKey(blanks):
            return "".join(
                _declaration(f"RESPONSE{number}", "single", "string", accepted[:1], accepted)
                for number, accepted in enumerate(blanks, 1)
            )
        case TextKey(reference):
            return _declaration("RESPONSE", "single", "string", [reference] if reference else [])


def _declaration(
    name: str, cardinality: str, base: str, right: Iterable[str], mapped: Iterable[str] = ()
) -> str:
    values = "".join(f"<qti-value>{_text(each)}</qti-value>" for each in right)
    correct = f"<qti-correct-response>{values}</qti-correct-response>" if values else ""
    entries = "".join(
        f'<qti-map-entry map-key="{_quoted(each)}" mapped-value="1" case-sensitive="false"/>'
        for each in mapped
    )
    mapping = f'<qti-mapping default-value="0">{entries}</qti-mapping>' if entries else ""
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" '
        f'base-type="{base}">{correct}{mapping}</qti-response-declaration>'
    )


def _outcome(name: str, base: str) -> str:
    return f'<qti-outcome-declaration identifier="{name}" cardinality="single" base-type="{base}"/>'


def _gap(number: int) -> str:
    return f'<qti-text-entry-interaction response-identifier="RESPONSE{number}"/>'


def _about(question: Question) -> str:
    """What QTI has no element for."""
    extra = {"source": question.source, "difficulty": question.difficulty or ""}
    if isinstance(question.key, BlankKey) and not question.key.ordered:
        extra["ordered"] = "false"
    points: Sequence[str] = ()
    if isinstance(question.key, TextKey):
        points = question.key.points
        if not question.key.reference:
            extra["reference"] = "none"
    attributes = "".join(
        f' {name}="{_quoted(str(value))}"' for name, value in extra.items() if value
    )
    inner = "".join(f"<category>{_text(each)}</category>" for each in question.category)
    if isinstance(question.key, ChoiceKey) and question.key.others:
        ids = [each.id for each in question.options]
        also = in_letters(ids, question.key.others)
        inner += "".join(f"<also>{each}</also>" for each in also)
    inner += "".join(f"<point>{_text(each)}</point>" for each in points)
    return f'<question xmlns="{NAMESPACE}"{attributes}>{inner}</question>'


def _safe(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(
        char for char in text if char in "\t\n" or " " <= char <= "\ud7ff" or char >= "\ue000"
    )


def _text(text: str) -> str:
    return html.escape(_safe(text), quote=False)


def _quoted(text: str) -> str:
    return html.escape(_safe(text)).replace("\n", "&#10;").replace("\t", "&#9;")
