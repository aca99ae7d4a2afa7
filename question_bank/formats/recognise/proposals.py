"""Answers that nothing states but much suggests: each is proposed, and a person confirms it."""

from __future__ import annotations

import re

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.lines import plain
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.kinds import QuestionType
from question_bank.options import letter_of, lettered

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_POINTS = re.compile(f"[{_CIRCLED}](?:[\\s、,，]*[{_CIRCLED}])*")
_IN_BRACKETS = re.compile(r"[（(]\s*([^（()）\n]{1,40}?)\s*[)）]")
_TICK = re.compile(r"\s*(?:[√✓✔☑✅]|[（(\[【]\s*(?:正确(?:答案|选项)?|答案|√|✓)\s*[)）\]】])\s*$")
_CHOSEN = re.compile(
    r"(?<![不误错勿可能])(?:选择?|答案应?[为是]?|正确选项[为是]?|正确的[为是])\s*[:：]?\s*[“\"（(]?\s*"
    r"([A-H](?:[\s、,，和]*[A-H])*)(?![A-Za-z])(?!\s*[项选]?[^，。；,;]{0,4}(?:错误|不正确|不对|不选|排除))"
)
# What an explanation comes to: 故选B。
_CONCLUDED = re.compile(
    r"(?:故|因此|所以|综上)[，,]?(?:本题)?(?:答案)?[应]?[选为是]{1,2}\s*[:：]?\s*"
    r"([A-H](?:[\s、,，和]*[A-H])*)(?=\s*(?:项|选项)?\s*(?:[。.；;，,]|$))",
    re.MULTILINE,
)
_JUDGED = re.compile(
    r"(?:本题|题干|该说法|此说法|本说法|表述|说法|故|因此|所以)[^。；，,;]{0,6}?(正确|错误)(?![的选项])"
)


# A question that is whole on its line, and a term with what it means.
_ASKED = re.compile(
    r"[?？。：:]\s*$|^(?:\d+\s*[.．、])?\s*(?:什么是|简述|试述|论述|如何|怎样|为什么)"
)
_TERM = re.compile(r"^([^：:。？?，,]{2,20})[：:]\s*(.+)$", re.DOTALL)
_SHORTEST_WORDS = 4


def take_proposed(parts: Parts) -> None:
    """Propose an answer where none is stated: ticks, then emphasis, then what an explanation says."""
    _take_points(parts)
    _part_conclusion(parts)
    if any(each.strip() for each in parts.answers) or bracket_answers(parts.stem):
        _doubt_emphasis(parts)
        _doubt_explanation(parts)
        return
    if not parts.options and parts.stressed:
        _take_stressed(parts)
    _take_ticks(parts)
    if not parts.answers:
        _take_emphasis(parts)
    if not any(each.strip() for each in parts.answers):
        _take_explained(parts)
    if parts.declared is QuestionType.SHORT_ANSWER and not (parts.answers or parts.options):
        _take_words_below(parts)


def _take_words_below(parts: Parts) -> None:
    """What stands below a question, or behind a term and its colon, where the section asks for words."""
    if parts.points or parts.by_column:
        return
    asked, _, below = parts.stem.strip().partition("\n")
    if not below and (term := _TERM.match(asked)) is not None:
        asked, below = term.group(1), term.group(2)
    elif not _ASKED.search(asked):
        return
    if len(below.strip()) >= _SHORTEST_WORDS and below.strip()[-1] not in "?？":
        parts.stem, parts.answers = asked.strip(), [below.strip()]
        parts.doubt("answer_from_words", answer=below.strip()[:40])


def _part_conclusion(parts: Parts) -> None:
    """An answer in words that concludes, …故选B。, is the explanation of one."""
    if len(parts.answers) != 1 or not parts.options or parts.explanation:
        return
    stated = plain(parts.answers[0])
    if answers.leading_letters(stated)[0] is None and _CONCLUDED.search(stated):
        parts.answers, parts.explanation = [], parts.answers[0]


def _take_points(parts: Parts) -> None:
    """Points ①②③ that the answer chooses among are options."""
    stated = parts.answers[0].strip() if parts.answers else ""
    if parts.options or not stated or not _POINTS.fullmatch(stated):
        return
    pieces = re.split(f"([{_CIRCLED}])", parts.stem)
    marks, texts = pieces[1::2], [each.strip(" 　\n.、．；;") for each in pieces[2::2]]
    if len(marks) < 2 or marks != list(_CIRCLED[: len(marks)]) or not all(texts):
        return
    parts.stem = pieces[0].strip()
    parts.options = list(lettered(texts))
    letters = "".join(letter_of(_CIRCLED.index(mark)) for mark in stated if mark in _CIRCLED)
    parts.answers = [letters]
    parts.doubt("options_from_points", answer=letters)


def _take_ticks(parts: Parts) -> None:
    """Ticks behind options."""
    if not any(_TICK.search(text) for _, text in parts.options):
        return
    ticked = [letter for letter, text in parts.options if _TICK.search(text)]
    if len(ticked) < len(parts.options) or parts.declared is QuestionType.MULTIPLE:
        parts.answers = ["".join(ticked)]
        parts.options = [(letter, _TICK.sub("", text)) for letter, text in parts.options]
        parts.doubt("answer_from_ticks", answer="".join(ticked))


def _take_emphasis(parts: Parts) -> None:
    """Options that colour, weight or a line sets apart from the others."""
    if chosen := _emphasised(parts):
        parts.answers = [chosen]
        parts.doubt("answer_from_emphasis", answer=chosen)


def _emphasised(parts: Parts) -> str:
    """The letters of the options that stand out whole, where others do not; else empty."""
    if not parts.strong or len(parts.options) < 2:
        return ""
    strong = ["".join(each.split()) for each in parts.strong]
    chosen = [
        letter
        for letter, text in parts.options
        if (bare := "".join(plain(text).split())) and any(bare in each for each in strong)
    ]
    return "".join(chosen) if len(chosen) < len(parts.options) else ""


def _doubt_emphasis(parts: Parts) -> None:
    """Doubt an answer beside which other options stand out: one of the two may be the right one."""
    chosen = _emphasised(parts)
    stated = answers.as_letters(plain([*parts.answers, *bracket_answers(parts.stem)][0]))
    if chosen and stated and not set(chosen) & set(stated):
        parts.doubt("answers_differ")


def _doubt_explanation(parts: Parts) -> None:
    """Doubt an answer whose own explanation ends in another one."""
    found = list(_CONCLUDED.finditer(parts.explanation)) if parts.options else []
    stated = answers.as_letters(plain(parts.answers[0])) if parts.answers else None
    concluded = {answers.as_letters(each.group(1)) for each in found}
    if stated and len(concluded) == 1 and set(concluded.pop() or stated) != set(stated):
        parts.doubt("answers_differ")


def _take_stressed(parts: Parts) -> None:
    """Words in brackets that stand out, in a question without options: what its gaps hold."""
    found = [each.group(1).strip() for each in _IN_BRACKETS.finditer(parts.stem)]
    stressed = ["".join(each.split()) for each in parts.stressed]
    if not found or not all(
        any("".join(word.split()) in each for each in stressed) for word in found
    ):
        return
    parts.declared = QuestionType.FILL_BLANK
    parts.stem = _IN_BRACKETS.sub("____", parts.stem)
    parts.answers = ["；".join(map(answers.escape, found))]
    parts.doubt("answer_from_emphasis", answer="；".join(found))


def _take_explained(parts: Parts) -> None:
    """What the explanation calls right, if it does so in one way only."""
    if not parts.explanation:
        return
    text = plain(parts.explanation)
    if parts.options:
        stated = {answers.as_letters(each) for each in _CHOSEN.findall(text)}
        marks = {letter for letter, _ in parts.options}
        if len(stated) == 1 and (only := stated.pop()) and set(only) <= marks:
            parts.answers = [only]
            parts.doubt("answer_from_explanation", answer=only)
    elif parts.declared is QuestionType.TRUE_FALSE:
        judged = set(_JUDGED.findall(text))
        if len(judged) == 1:
            parts.answers = [judged.pop()]
            parts.doubt("answer_from_explanation", answer=parts.answers[0])
