"""Writing GIFT: what Moodle and its kin take as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from question_bank.content import EMPTY, Blank, Content
from question_bank.formats.exchange import labelled_fields
from question_bank.formats.exchange.inline_pictures import in_text
from question_bank.formats.exchange.tags import tags_of
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Question, TextKey

_SIGNS = re.compile(r"([\\~=#{}:])")


def write_gift(questions: Sequence[Question], pictures: Mapping[str, bytes]) -> bytes:
    """The questions in GIFT, pictures as data in their texts. Left out: several blanks."""
    out = []
    category: tuple[str, ...] = ()
    for number, pictured in enumerate(filter(fits_gift, questions), 1):
        question = in_text(pictured, pictures)
        form = "[plain]" if question is pictured else "[markdown]"
        if question.category != category:
            category = question.category
            out.append(f"$CATEGORY: {category_text(category)}\n")
        tags = "".join(f" [tag:{_tag(each)}]" for each in tags_of(question))
        title = f"// [id:{number}]{tags}\n" if tags else ""
        out.append(f"{title}{form}{_stem(question)}\n")
    return ("\n".join(out) + "\n").encode()


def fits_gift(question: Question) -> bool:
    """Whether GIFT has a form for the question: it knows no more than one gap, and takes a single
    choice without a wrong option for a gap."""
    key = question.key
    if isinstance(key, ChoiceKey) and question.type is QuestionType.SINGLE:
        return len(key.right_ids) < len(question.options)
    return not isinstance(key, BlankKey) or len(key.blanks) == 1


def category_text(category: Iterable[str]) -> str:
    """The path as Moodle writes it, a slash in a name doubled; `top` is the root.

    A slash at either end of a name could not be distinguished from the path's own and is left out.
    """
    names = (each.strip("/ ").replace("/", "//") for each in category)
    return "/".join(["top", *filter(None, names)])


def _tag(text: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", text.replace("\n", " "))


def _text(text: str) -> str:
    escaped = _SIGNS.sub(r"\\\1", text).replace("\n", "\\n")
    return f"[plain]{escaped}" if escaped.startswith("[") else escaped


def _stem(question: Question) -> str:
    passage = (question.passage or EMPTY).plain
    before, after = _parts(question.stem)
    answer = f"{{{_answer(question)}{_feedback(question)}}}"
    if passage:
        before = labelled_fields.joined(
            [(labelled_fields.PASSAGE, passage), (labelled_fields.QUESTION, before or " ")]
        )
    else:
        before = labelled_fields.escaped(before)
    # GIFT reads a stem that begins with these as something else.
    before = _text(before)
    return f"{before}{answer}{_text(after)}"


def _parts(stem: Content) -> tuple[str, str]:
    """The text before the gap and after it; all of it before, if there is none."""
    if not any(isinstance(piece, Blank) for piece in stem.pieces):
        return stem.plain, ""
    before, _, after = stem.plain.partition("____")
    return before, after


def _answer(question: Question) -> str:
    match question.key:
        case ChoiceKey(option_ids):
            if question.type is QuestionType.TRUE_FALSE:
                return "T" if "true" in option_ids else "F"
            # A single choice may have several that are right: each of them is worth all.
            single = question.type is QuestionType.SINGLE
            right = question.key.right_ids if single else option_ids
            options = [(each.id in right, each.content.plain) for each in question.options]
            return "".join(_option(question.type, len(option_ids), *each) for each in options)
        case BlankKey(blanks):
            return "".join(f"={_weighted(each, '100')}" for each in blanks[0])
        case TextKey():
            return ""


def _option(kind: QuestionType, count: int, right: bool, text: str) -> str:
    if kind is QuestionType.SINGLE:
        return f"={_weighted(text, '100')}" if right else f"~{_weighted(text, '0')}"
    # As Moodle weighs several right answers: together they make the whole.
    share = f"{100 / count:.5f}".rstrip("0").rstrip(".")
    return f"~%{share if right else '-100'}%{_text(text)}"


def _weighted(text: str, weight: str) -> str:
    """The text; one that begins like a weight gets a weight in front, so as not to be one."""
    return f"%{weight}%{_text(text)}" if text.startswith("%") else _text(text)


def _feedback(question: Question) -> str:
    explanation = question.explanation.plain
    if not isinstance(question.key, TextKey):
        return f"####{_text(labelled_fields.escaped(explanation))}" if explanation else ""
    key = question.key
    texts = [
        (labelled_fields.REFERENCE, key.reference),
        (labelled_fields.POINTS, "\n".join(key.points)),
        (labelled_fields.EXPLANATION, explanation),
    ]
    return f"####{_text(labelled_fields.joined(texts))}"
