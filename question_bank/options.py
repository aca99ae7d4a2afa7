"""Options of a question: the letter of each place and back, and the order that one person sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TypeVar

from question_bank.keyed_random import keyed_order
from question_bank.kinds import QuestionType

T = TypeVar("T")
# How options are named on a page and on paper: by where they stand, never by what they are.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Between two answers of which each alone is right.
OR = " 或 "
# From a letter to the same in full width.
_WIDE = 0xFEE0
# A question of fewer options may still speak of H.
_FEWEST_LETTERS = 8


def letter_of(place: int) -> str:
    """The letter of the option at `place`, counted from 0: A … Z, then AA, AB … as in a sheet."""
    letter = LETTERS[place % len(LETTERS)]
    before = place // len(LETTERS)
    return letter if not before else letter_of(before - 1) + letter


def lettered(items: Iterable[T]) -> Iterator[tuple[str, T]]:
    """Each item with the letter of its place."""
    return ((letter_of(place), each) for place, each in enumerate(items))


def places_of(letters: str) -> list[int]:
    """The places, from 0, of letters A to Z that are written together as an answer.

    Raises ValueError for any other character: answers run letters together, so that only single
    ones can be distinguished.
    """
    return [LETTERS.index(each) for each in letters]


def in_letters(option_ids: Sequence[str], answers: Iterable[Iterable[str]]) -> list[str]:
    """Each whole answer as the letters of its options as they stand, the earlier letters first."""
    sets = [frozenset(each) for each in answers]
    places = [[n for n, each in enumerate(option_ids) if each in some] for some in sets]
    return ["".join(map(letter_of, each)) for each in sorted(places)]


def order_options(seed: str, question_id: int, option_ids: Sequence[str], keeps: bool) -> list[str]:
    """The order in which one person sees the options; the bank's own where the question `keeps` it."""
    if keeps:
        return list(option_ids)
    return keyed_order(f"{seed}/options/{question_id}", option_ids)


def keeps_order(question_type: QuestionType, texts: Sequence[str]) -> bool:
    """Whether the options of a question are never shuffled.

    True/false, and questions with an option that speaks of the others by their place (以上都对,
    A和B), which would turn wrong elsewhere.
    """
    if question_type not in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        return True
    speaks = _of_others(max(_FEWEST_LETTERS, min(len(texts), len(LETTERS))))
    return any(speaks.search(text.strip().rstrip("。.；;")) for text in texts)


@cache
def _of_others(letters: int) -> re.Pattern[str]:
    """What an option says that speaks of others by their place; so many letters are options."""
    last = LETTERS[letters - 1]
    letter = rf"(?:选项)?[A-{last}Ａ-{chr(ord(last) + _WIDE)}]项?"
    return re.compile(
        r"(?:以上|上述|上列|以下|前述)[^，。；]{0,6}?"
        r"(?:都|均|皆|全|俱|不对|不正确|没有|无一|错误|正确|选项)"
        r"|^(?:全部|全都|全|都|均|皆)不?(?:对|是|正确|错|错误|选|包括|属于)$"
        r"|^前[一二两三四五六七\d](?:项|者|个)"
        rf"|^{letter}(?:\s*(?:[、,，和与及或＋+&/]|and|or|以及)?\s*{letter})+\s*"
        r"(?:都|均|皆|全|不|正确|错误|选项|项|$)"
        r"|(?i:\b(?:all|none|both|neither|any)\s+of\s+(?:the\s+)?(?:above|these|them))"
        rf"|(?i:\bboth\s+{letter}\s+and\s+{letter})"
    )
