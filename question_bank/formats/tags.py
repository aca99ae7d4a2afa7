"""What other systems have no field for, as tags that their users can read: 难度:3, 来源:…"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from question_bank.model import BlankKey, Question

if TYPE_CHECKING:
    from question_bank.formats.structured import Given

_DIFFICULTY, _SOURCE, _ANY_ORDER = "难度:", "来源:", "顺序不限"


def tags_of(question: Question) -> list[str]:
    """The tags of a question: its difficulty, its source, and blanks in any order."""
    tags = []
    if question.difficulty is not None:
        tags.append(f"{_DIFFICULTY}{question.difficulty}")
    if question.source:
        tags.append(f"{_SOURCE}{question.source}")
    if isinstance(question.key, BlankKey) and not question.key.ordered:
        tags.append(_ANY_ORDER)
    return tags


def take_tags(given: Given, tags: Iterable[str]) -> None:
    """Put what the tags say into the question; tags that are not ours say nothing to us."""
    for tag in tags:
        if tag.startswith(_DIFFICULTY) and tag.removeprefix(_DIFFICULTY) in "12345":
            given.difficulty = int(tag.removeprefix(_DIFFICULTY) or 0) or None
        elif tag.startswith(_SOURCE):
            given.source = tag.removeprefix(_SOURCE)
        elif tag == _ANY_ORDER:
            given.ordered = False
