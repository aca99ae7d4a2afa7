"""Blanks of fill-in questions: empty ones to be filled, and such as came with their answers in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.lines import UNDERLINE, UNDERLINE_END
from question_bank.formats.recognise.parts import Parts
from question_bank.kinds import QuestionType

EMPTY_BRACKET = re.compile(r"[（(〔【\[][\s　_]*[)）〕】\]]")
GAP = "（　　）"
_RUN = re.compile(r"_{2,}")
_FILLED_BRACKET = re.compile(r"[（(][ 　]*([^（()）\s][^（()）\n]{0,30}?)[ 　]*[)）]")
_AT_END = re.compile(r"[（(]\s*([^（()）\s][^（()）\n]{0,60}?)\s*[)）]\s*[。.]?\s*$")
_UNDERLINED = re.compile(f"{UNDERLINE}([^{UNDERLINE}{UNDERLINE_END}]*){UNDERLINE_END}")
# One underlined answer may be many runs, with strokes typed around it.
_DRAWN = re.compile(
    f"(?:_{{2,}}[ 　]*)?{UNDERLINE}[^{UNDERLINE}{UNDERLINE_END}]*{UNDERLINE_END}"
    f"(?:[ 　]*(?:_{{2,}}|{UNDERLINE}[^{UNDERLINE}{UNDERLINE_END}]*{UNDERLINE_END}))*"
)
# What no single answer holds: it goes on from one part of a sentence to the next.
_OF_A_SENTENCE = re.compile(r"[，。；：！？,;:!?]")
_LONGEST_FILLED = 80


def bare(text: str) -> str:
    """The text with underlined words as plain words."""
    return _UNDERLINED.sub(r"\1", text) if UNDERLINE in text else text


def take_filled(parts: Parts) -> None:
    """Take the answers out of blanks that came filled in, where the question has no other.

    Drawn lines under words are believed more than strokes typed around them, and those more than
    brackets; but only a person can say that words between strokes are no part of the sentence.
    """
    if any(each.strip() for each in parts.answers):
        parts.stem = bare(parts.stem)
        return
    if UNDERLINE in parts.stem and _take_drawn(parts):
        return
    parts.stem = bare(parts.stem)
    inner = typed_answers(parts.stem)
    if inner is not None and not (parts.gaps_paired or (parts.by_column and len(inner) > 1)):
        inner = None
    at_end = _AT_END.search(parts.stem)
    if inner is None and at_end and "__" in parts.stem:
        parts.answers = [at_end.group(1)]
        parts.stem = parts.stem[: at_end.start()].rstrip()
        parts.doubt("blanks_from_brackets", answers=[at_end.group(1)])
    elif inner is not None:
        pieces = _RUN.split(parts.stem)
        parts.stem = "____".join(pieces[::2])
        _give(parts, inner)
        parts.doubt("blanks_read_as_filled", answers=inner)
    elif "__" not in parts.stem and (found := _FILLED_BRACKET.findall(parts.stem)):
        parts.stem = _FILLED_BRACKET.sub("____", parts.stem)
        _give(parts, [each.strip() for each in found])
        parts.doubt("blanks_from_brackets", answers=[each.strip() for each in found])


def _give(parts: Parts, found: Sequence[str]) -> None:
    parts.answers = ["；".join(map(answers.escape, found))]


def _take_drawn(parts: Parts) -> bool:
    """Take the underlined answers, unless an empty blank says that lines here are not answers."""
    found: list[str] = []
    padded = True

    def gap(drawn: re.Match[str]) -> str:
        nonlocal padded
        padded = padded and "__" in _UNDERLINED.sub("", drawn.group())
        stated = "".join(_UNDERLINED.findall(drawn.group())).strip(" 　_")
        found.append(stated)
        return "____"

    stem = _DRAWN.sub(gap, parts.stem)
    if not found or not all(found) or len(_RUN.findall(stem)) > len(found):
        return False
    parts.stem = stem
    _give(parts, found)
    if not padded:
        parts.doubt("answer_from_emphasis", answer="；".join(found))
    return True


def typed_answers(stem: str) -> list[str] | None:
    """The words between strokes that stand in pairs around them; None where strokes are gaps.

    In `第__三__条第__二__款` every second piece is an answer: short, without the punctuation of a
    sentence, and shorter than what would be the answers if the pairs were shifted by one.
    """
    pieces = _RUN.split(stem)
    if len(pieces) < 3 or len(pieces) % 2 == 0:
        return None
    inner, outer = [each.strip() for each in pieces[1::2]], pieces[2:-1:2]
    if not all(inner) or any(len(each) > _LONGEST_FILLED or "\n" in each for each in inner):
        return None
    if any(_OF_A_SENTENCE.search(each) for each in inner):
        return None
    if outer and sum(map(len, inner)) / len(inner) >= sum(map(len, outer)) / len(outer):
        return None
    return inner


def see_gaps(parts: Sequence[Parts]) -> None:
    """Where some stem of a section has an odd number of gaps, gaps there are empty, not pairs.

    One pair alone may as well be two gaps: it takes another stem with several pairs beside it.
    """
    waiting = [
        each
        for each in parts
        if "__" in each.stem
        and each.declared in (None, QuestionType.FILL_BLANK)
        and not each.answers
    ]
    found = [(each.section, typed_answers(each.stem)) for each in waiting]
    empty = {section for section, inner in found if inner is None}
    paired = {section for section, inner in found if inner is not None and len(inner) > 1}
    for each in waiting:
        each.gaps_paired = each.section in paired - empty
