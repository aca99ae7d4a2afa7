"""Finding questions: by any part of their text, in Chinese or by the initials of its pinyin."""

from __future__ import annotations

import re

from learnapp.domain.core.pinyin import initial
from question_bank.model import Question
from question_bank.text_normalise import fold

_LAW = re.compile(r"《([^《》]{2,60})》")
_BREAK = "\x1f"
_SPELT = 300  # characters from the start whose initials can be sought


def search_text(question: Question) -> str:
    """What a search looks through: stem and options folded, then the initials of their pinyin."""
    texts = [question.stem.plain, *(each.content.plain for each in question.options)]
    folded = _BREAK.join(fold(each) for each in texts)[:4000]
    return f"{folded}{_BREAK}{initials(folded[:_SPELT])}"


def initials(text: str) -> str:
    """The first letters of the pinyin of Chinese characters: 法院 gives fy.

    A character by its commonest reading: words would be looked up a thousand times slower.
    """
    return "".join(map(initial, text)).lower()


def wanted(text: str) -> str:
    """What a person typed, folded as the text it is sought in."""
    return fold(text)


def law_in(source: str) -> str:
    """The law that a source cites: 《刑法》第十三条 gives 刑法."""
    found = _LAW.search(source)
    return found.group(1) if found else ""
