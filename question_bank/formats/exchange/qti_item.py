"""Reading one QTI item: its declarations, its one interaction, its feedback."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from question_bank.content import Content
from question_bank.formats.exchange.markup import Pictures, no_pictures, text_of
from question_bank.formats.exchange.qti_xml import (
    attribute,
    children,
    descendants,
    first,
    local,
    plain,
)
from question_bank.formats.exchange.structured import GivenQuestion
from question_bank.formats.recognise.lines import clean, content_of
from question_bank.kinds import QuestionType
from question_bank.options import lettered

_GAP = "\ue011"
_RULES = re.compile(r"_{2,}")
# Read elsewhere or not at all; the rest of an item's body is what is asked.
_ASIDE = frozenset({"feedbackBlock", "feedbackInline", "templateBlock", "templateInline"})


@dataclass(slots=True)
class _Declared:
    """What a response declaration says is right."""

    cardinality: str
    correct: list[str] = field(default_factory=list)
    mapped: dict[str, float] = field(default_factory=dict)

    @property
    def accepted(self) -> list[str]:
        """What is declared correct, then what earns the most."""
        most = max([0.0, *self.mapped.values()])
        full = [each for each, worth in self.mapped.items() if 0 < worth >= most]
        return list(dict.fromkeys([*self.correct, *full]))

    @property
    def partial(self) -> bool:
        """Whether some answers earn a part of the marks only."""
        worth = {value for value in self.mapped.values() if value > 0}
        return len(worth) > 1


def read_item(root: etree._Element, given: GivenQuestion, pictures: Pictures = no_pictures) -> None:
    """Fill in a question from an item; its type stays None if it is of no kind that we have."""
    body = first(root, "itemBody")
    if body is None:
        given.raw = clean(plain(root)).strip()
        return
    declared = {
        attribute(e, "identifier"): _declaration(e) for e in children(root, "responseDeclaration")
    }
    asked = [each for each in body.iter() if local(each).endswith("Interaction")]
    given.raw = "\n".join(filter(None, [attribute(root, "title"), text_of(body)]))
    given.explanation = _explanation(root, pictures)
    if first(root, "templateDeclaration") is not None:
        given.doubt("template_item")
    kinds = {local(each) for each in asked}
    reader = _READERS.get(next(iter(kinds))) if len(kinds) == 1 else None
    if reader is None or (len(asked) > 1 and kinds != {"textEntryInteraction"}):
        given.stem = content_of(_stem(body, pictures, {}))
        return
    reader(body, asked, declared, given, pictures)
    if given.stem.is_empty:
        given.stem = content_of(clean(attribute(root, "title")))


def _declaration(element: etree._Element) -> _Declared:
    found = _Declared(attribute(element, "cardinality"))
    for correct in children(element, "correctResponse"):
        found.correct = [_value(value) for value in children(correct, "value")]
    for mapping in children(element, "mapping"):
        for entry in children(mapping, "mapEntry"):
            found.mapped[attribute(entry, "mapKey")] = _number(attribute(entry, "mappedValue"))
    return found


def _value(value: etree._Element) -> str:
    text = clean(plain(value))
    return text if "\n" in text.strip() else text.strip()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _stem(
    body: etree._Element, pictures: Pictures, shown: Mapping[str, Callable[[etree._Element], str]]
) -> str:
    """The text of the body without what is beside the question; `shown` gives interactions."""

    def special(element: etree._Element) -> str | None:
        name = local(element)
        if name in shown:
            return shown[name](element)
        if name.endswith("Interaction"):
            return "\n" + _prompt(element, pictures)
        if name in _ASIDE or (
            name == "rubricBlock" and "candidate" not in attribute(element, "view")
        ):
            return ""
        if name == "object" and attribute(element, "type").startswith("image/"):
            return pictures(attribute(element, "data"), plain(element))
        return None

    return text_of(body, pictures, special)


def _prompt(interaction: etree._Element, pictures: Pictures) -> str:
    prompt = first(interaction, "prompt")
    return "" if prompt is None else text_of(prompt, pictures)


def _explanation(root: etree._Element, pictures: Pictures) -> Content:
    """The feedback that is not about one option, each text once."""
    texts = [text_of(each, pictures) for each in children(root, "modalFeedback")]
    texts += [text_of(each, pictures) for each in descendants(root, "feedbackBlock")]
    return content_of("\n".join(dict.fromkeys(filter(None, texts))))


def _choice(
    body: etree._Element,
    asked: list[etree._Element],
    declared: Mapping[str, _Declared],
    given: GivenQuestion,
    pictures: Pictures,
) -> None:
    (interaction,) = asked
    stated = declared.get(attribute(interaction, "responseIdentifier"), _Declared(""))
    _take_choices(list(children(interaction, "simpleChoice")), stated, given, pictures)
    several = stated.cardinality in ("multiple", "ordered")
    if not stated.cardinality:
        several = attribute(interaction, "maxChoices") not in ("", "1")
    given.type = QuestionType.MULTIPLE if several else QuestionType.SINGLE
    given.stem = content_of(_stem(body, pictures, {}))


def _take_choices(
    choices: list[etree._Element], stated: _Declared, given: GivenQuestion, pictures: Pictures
) -> None:
    """The options, which of them are right, and the feedback inside them."""

    def without_feedback(element: etree._Element) -> str | None:
        return "" if local(element) == "feedbackInline" else None

    names = [attribute(each, "identifier") for each in choices]
    given.options = [content_of(text_of(each, pictures, without_feedback)) for each in choices]
    right = stated.correct
    if not right and stated.mapped:
        right = [each for each, worth in stated.mapped.items() if worth > 0]
        given.doubt("key_from_mapping")
    given.right = frozenset(place for place, name in enumerate(names) if name in right)
    hints = []
    for letter, each in lettered(choices):
        hint_texts = [text_of(hint, pictures) for hint in descendants(each, "feedbackInline")]
        hints += [f"{letter}：{text}" for text in hint_texts if text]
    if hints:
        added = content_of("\n".join(hints))
        given.explanation = Content(given.explanation.paragraphs + added.paragraphs)


def _inline_choice(
    body: etree._Element,
    asked: list[etree._Element],
    declared: Mapping[str, _Declared],
    given: GivenQuestion,
    pictures: Pictures,
) -> None:
    (interaction,) = asked
    stated = declared.get(attribute(interaction, "responseIdentifier"), _Declared(""))
    _take_choices(list(children(interaction, "inlineChoice")), stated, given, pictures)
    given.type = QuestionType.SINGLE
    given.stem = content_of(_stem(body, pictures, {"inlineChoiceInteraction": lambda _: "____"}))


def _text_entry(
    body: etree._Element,
    asked: list[etree._Element],
    declared: Mapping[str, _Declared],
    given: GivenQuestion,
    pictures: Pictures,
) -> None:
    text = _stem(body, pictures, {"textEntryInteraction": lambda _: _GAP})
    given.type = QuestionType.FILL_BLANK
    given.stem = content_of(_RULES.sub("_", text).replace(_GAP, "____"), blanks=True)
    names = [attribute(each, "responseIdentifier") for each in asked]
    stated = [declared.get(name, _Declared("")) for name in names]
    given.blanks = tuple(tuple(each.accepted) for each in stated)
    if any(each.partial for each in stated):
        given.doubt("partial_credit")


def _extended_text(
    body: etree._Element,
    asked: list[etree._Element],
    declared: Mapping[str, _Declared],
    given: GivenQuestion,
    pictures: Pictures,
) -> None:
    (interaction,) = asked
    stated = declared.get(attribute(interaction, "responseIdentifier"), _Declared(""))
    given.type = QuestionType.SHORT_ANSWER
    given.stem = content_of(_stem(body, pictures, {}))
    rubrics = [
        each for each in descendants(body, "rubricBlock") if "scorer" in attribute(each, "view")
    ]
    given.reference = "\n".join(stated.correct) or "\n".join(text_of(each) for each in rubrics)


_Reader = Callable[
    [etree._Element, list[etree._Element], Mapping[str, _Declared], GivenQuestion, Pictures], None
]
_READERS: dict[str, _Reader] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _inline_choice,
    "textEntryInteraction": _text_entry,
    "extendedTextInteraction": _extended_text,
}
