"""Reading Moodle XML: quizzes with HTML texts, pictures inside, and embedded answers."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from lxml import etree

from question_bank.content import Content
from question_bank.formats.exchange import labelled_fields
from question_bank.formats.exchange.gift import category_path, gap_stem
from question_bank.formats.exchange.markup import Pictures, text_of_html
from question_bank.formats.exchange.structured import GivenQuestion, record_of
from question_bank.formats.exchange.tags import take_tags
from question_bank.formats.packages.package import parse_xml
from question_bank.formats.packages.pictures import keep_picture
from question_bank.formats.recognise.lines import clean, content_of
from question_bank.formats.records import BankFile, MediaFile, Note, Record, Refused, Where
from question_bank.kinds import QuestionType
from question_bank.options import lettered

_MOST = 20_000
_PLUGIN = "@@PLUGINFILE@@/"
_CLOZE = re.compile(
    r"\{(\d*):(SHORTANSWER_C|SHORTANSWER|SAC|SA|MWC|MW|NUMERICAL|NM|MULTICHOICE_?[A-Z]*|MC[A-Z]*"
    r"|MULTIRESPONSE_?[A-Z]*|MR[A-Z]*):((?:\\.|[^{}\\])*)\}",
    re.DOTALL,
)
_CLOZE_ANSWER = re.compile(r"(?:^|~)\s*(=|%(-?[\d.]+)%)?((?:\\.|[^~\\])*)", re.DOTALL)
_WORDS = ("SHORTANSWER_C", "SHORTANSWER", "SAC", "SA", "MWC", "MW")


def read_moodle(data: bytes) -> BankFile:
    """The questions of a Moodle XML file; raises Refused if it is none."""
    root = parse_xml(data)
    if root.tag != "quiz":
        raise Refused("wrong_type")
    return _Reader().read(root)


class _Reader:
    def __init__(self) -> None:
        self._records: list[Record] = []
        self._notes: list[Note] = []
        self._media: dict[str, MediaFile] = {}
        self._category: tuple[str, ...] = ()

    def read(self, root: etree._Element) -> BankFile:
        for number, element in enumerate(root.iterchildren("question"), 1):
            if number > _MOST:
                raise Refused("too_large", questions=_MOST)
            self._take(element, Where(row=number))
        return BankFile("moodle", self._records, self._notes, self._media)

    def _take(self, element: etree._Element, where: Where) -> None:
        kind = element.get("type", "")
        if kind == "category":
            self._category = category_path(_plain(element.find("category")))
            name = "/".join(self._category)[:80]
            self._notes.append(Note("heading", {"text": name}, where))
            return
        text = self._text(element.find("questiontext"))
        if kind == "description":
            self._notes.append(Note("text_outside", {"text": text[:200]}, where))
            return
        given = GivenQuestion(where, None, category=self._category)
        asked = self._texts(element, given, text) + self._old_picture(element)
        given.stem = content_of(asked)
        given.raw = f"{_plain(element.find('name'))}\n{text}".strip()
        if kind in ("cloze", "multianswer") and (parts := cloze_parts(given, asked)):
            self._records += map(record_of, parts)
            return
        if (read := _KINDS.get(kind)) is not None:
            read(self, element, given, asked)
        take_tags(given, [_plain(each) for each in element.iterfind("tags/tag")])
        self._records.append(record_of(given))

    def _old_picture(self, element: etree._Element) -> str:
        """The picture that old files give beside the text; empty if there is none."""
        coded = element.findtext("image_base64", "").strip()
        if not coded:
            return ""
        return "\n" + keep_picture(_decoded(coded), element.findtext("image", ""), self._media)

    def _texts(self, element: etree._Element, given: GivenQuestion, text: str) -> str:
        """The stem; passage, explanation, reference and points go where they belong."""
        asked = labelled_fields.parted(text, labelled_fields.QUESTION)
        if passage := asked.get(labelled_fields.PASSAGE):
            given.passage = content_of(passage)
        feedback = self._text(element.find("generalfeedback"))
        stated = labelled_fields.parted(feedback, labelled_fields.EXPLANATION)
        given.explanation = content_of(stated.get(labelled_fields.EXPLANATION, ""))
        marking = labelled_fields.parted(
            self._text(element.find("graderinfo")), labelled_fields.REFERENCE
        )
        given.reference = marking.get(labelled_fields.REFERENCE, "")
        given.points = tuple(filter(None, marking.get(labelled_fields.POINTS, "").split("\n")))
        return asked.get(labelled_fields.QUESTION, "")

    def _text(self, element: etree._Element | None) -> str:
        """The marked text of an element that holds text and the files that belong to it."""
        if element is None:
            return ""
        source = _plain(element)
        form = element.get("format", "html")
        if form in ("plain_text", "plain", "markdown"):
            return clean(source).strip()
        return text_of_html(source, self._pictures(element))

    def _pictures(self, element: etree._Element) -> Pictures:
        files = {each.get("name", ""): each for each in element.iterchildren("file")}

        def picture(source: str, alt: str) -> str:
            name = source.removeprefix(_PLUGIN).lstrip("/")
            if source.startswith("data:image/"):
                return keep_picture(
                    _decoded(source.partition("base64,")[2]), name[:40], self._media
                )
            if name not in files or files[name].get("encoding") != "base64":
                return f"[{alt}]" if alt else keep_picture(None, name, self._media)
            return keep_picture(_decoded(files[name].text or ""), name, self._media)

        return picture

    def choice(self, element: etree._Element, given: GivenQuestion, asked: str) -> None:
        """multichoice: fractions say what is right."""
        single = _plain(element.find("single")).strip().lower() not in ("false", "0")
        answers = list(element.iterchildren("answer"))
        fractions = [_fraction(each) for each in answers]
        given.type = QuestionType.SINGLE if single else QuestionType.MULTIPLE
        full = 99.99 if single else 0.001
        given.right = frozenset(n for n, each in enumerate(fractions) if each >= full)
        if single and any(0 < each < full for each in fractions):
            given.doubt("partial_credit")
        given.options = [content_of(self._text(each)) for each in answers]
        self._explain(given, lettered(answers))

    def truth(self, element: etree._Element, given: GivenQuestion, asked: str) -> None:
        """truefalse: the answer named true or false has the marks."""
        given.type = QuestionType.TRUE_FALSE
        answers = list(element.iterchildren("answer"))
        right = [_plain(each).strip().lower() for each in answers if _fraction(each) > 0]
        if right in (["true"], ["false"]):
            given.right = frozenset({0 if right == ["true"] else 1})
        self._explain(given, [(_plain(each).strip(), each) for each in answers])

    def words(self, element: etree._Element, given: GivenQuestion, asked: str) -> None:
        """shortanswer and numerical: accepted answers of one gap."""
        given.type = QuestionType.FILL_BLANK
        given.stem = gap_stem(asked)
        answers = list(element.iterchildren("answer"))
        full = [each for each in answers if _fraction(each) > 99.99]
        worth = full or [each for each in answers if _fraction(each) > 0]
        accepted = [clean(_plain(each)).strip() for each in worth]
        given.blanks = (tuple(each.replace("\\*", "*") for each in accepted if each),)
        if any(0 < _fraction(each) < 99.99 for each in answers):
            given.doubt("partial_credit")
        if any("*" in each.replace("\\*", "") for each in accepted):
            given.doubt("wildcard")
        tolerances = [_plain(each.find("tolerance")).strip() for each in answers]
        if any(_number(each) for each in tolerances if each):
            given.doubt("number_with_tolerance", answer="; ".join(accepted)[:60])
        self._explain(given, [(_plain(each).strip(), each) for each in answers])

    def essay(self, element: etree._Element, given: GivenQuestion, asked: str) -> None:
        """essay: what the marker reads is the reference answer."""
        given.type = QuestionType.SHORT_ANSWER

    def cloze(self, element: etree._Element, given: GivenQuestion, asked: str) -> None:
        """cloze: gaps of words become blanks, a single gap with choices a single choice."""
        gaps = list(_CLOZE.finditer(asked))
        stem = _CLOZE.sub("____", asked)
        kinds = {gap.group(2) for gap in gaps}
        if gaps and kinds <= {*_WORDS, "NUMERICAL", "NM"}:
            given.type = QuestionType.FILL_BLANK
            given.stem = content_of(stem, blanks=True)
            given.blanks = tuple(_accepted(gap.group(3), given) for gap in gaps)
        elif len(gaps) == 1 and not next(iter(kinds)).startswith(("MULTIR", "MR")):
            answers = _cloze_answers(gaps[0].group(3))
            given.type = QuestionType.SINGLE
            given.stem = content_of(stem)
            given.options = [content_of(text) for _, text, _ in answers]
            given.right = frozenset(n for n, (share, _, _) in enumerate(answers) if share >= 99.99)

    def _explain(
        self,
        given: GivenQuestion,
        named: Iterator[tuple[str, etree._Element]] | list[tuple[str, etree._Element]],
    ) -> None:
        """Feedback on single answers, as lines of the explanation."""
        hints = [(name, self._text(each.find("feedback"))) for name, each in named]
        lines = [f"{name[:40]}：{hint}" for name, hint in hints if hint]
        if lines:
            added = content_of("\n".join(lines))
            given.explanation = Content(given.explanation.paragraphs + added.paragraphs)


_Kind = Callable[[_Reader, etree._Element, GivenQuestion, str], None]
_KINDS: dict[str, _Kind] = {
    "multichoice": _Reader.choice,
    "truefalse": _Reader.truth,
    "shortanswer": _Reader.words,
    "numerical": _Reader.words,
    "essay": _Reader.essay,
    "cloze": _Reader.cloze,
    "multianswer": _Reader.cloze,
}


def _plain(element: etree._Element | None) -> str:
    """The text of an element, or of the text element inside it."""
    if element is None:
        return ""
    inner = element.find("text")
    return (inner if inner is not None else element).text or ""


def _fraction(element: etree._Element) -> float:
    return _number(element.get("fraction", "0"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None


def _cloze_answers(inside: str) -> list[tuple[float, str, str]]:
    """The share, the text and the feedback of each answer in a gap."""
    answers = []
    for found in _CLOZE_ANSWER.finditer(inside):
        share = 100.0 if found.group(1) == "=" else _number(found.group(2) or "0")
        text, _, hint = re.sub(r"\\(.)", r"\1", found.group(3)).partition("#")
        if text.strip():
            answers.append((share, text.strip(), hint.strip()))
    return answers


def cloze_parts(given: GivenQuestion, asked: str) -> list[GivenQuestion]:
    """The gaps of a text as questions that share it, where some of several gaps are choices.

    Each is for a person to confirm: the text was one question with marks for each gap.
    """
    gaps = list(_CLOZE.finditer(asked))
    kinds = [gap.group(2) for gap in gaps]
    if len(gaps) < 2 or all(kind in (*_WORDS, "NUMERICAL", "NM") for kind in kinds):
        return []
    numbers = iter(range(1, len(gaps) + 1))
    passage = content_of(_CLOZE.sub(lambda gap: f"（{next(numbers)}）____", asked))
    found = []
    for number, gap in enumerate(gaps, 1):
        part = GivenQuestion(
            given.where, None, category=given.category, passage=passage, raw=given.raw
        )
        part.explanation = given.explanation
        part.stem = content_of(f"第（{number}）空")
        part.doubt("cloze_parted", gaps=len(gaps))
        _take_gap(part, gap, number)
        found.append(part)
    return found


def _take_gap(part: GivenQuestion, gap: re.Match[str], number: int) -> None:
    """Take the type and the key of one gap."""
    kind = gap.group(2)
    if kind in (*_WORDS, "NUMERICAL", "NM"):
        part.type = QuestionType.FILL_BLANK
        part.stem = content_of(f"第（{number}）空____", blanks=True)
        part.blanks = (_accepted(gap.group(3), part),)
        return
    answers = _cloze_answers(gap.group(3))
    several = kind.startswith(("MULTIR", "MR"))
    part.type = QuestionType.MULTIPLE if several else QuestionType.SINGLE
    part.options = [content_of(text) for _, text, _ in answers]
    full = 0.001 if several else 99.99
    part.right = frozenset(n for n, (share, _, _) in enumerate(answers) if share >= full)


def _accepted(inside: str, given: GivenQuestion) -> tuple[str, ...]:
    """The accepted answers of a gap of words; shares and tolerances are doubted."""
    answers = [(share, text) for share, text, _ in _cloze_answers(inside) if share > 0]
    if any(share < 99.99 for share, _ in answers):
        given.doubt("partial_credit")
        answers = [each for each in answers if each[0] > 99.99] or answers
    if any(text.endswith("*") or text.startswith("*") for _, text in answers):
        given.doubt("wildcard")
    return tuple(re.sub(r":0*\.?0*$", "", text) for _, text in answers)
