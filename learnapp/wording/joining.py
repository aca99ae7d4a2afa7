"""How texts are put together in a language: a list, a note in brackets, a head before its text."""

from __future__ import annotations

from collections.abc import Iterable

from learnapp.wording.catalogue import Language, translated


def listed(language: Language, texts: Iterable[str]) -> str:
    """Things named one after the other: 甲、乙 or A, B."""
    return translated(language, "、").join(texts)


def parted(language: Language, texts: Iterable[str]) -> str:
    """Phrases that may hold commas themselves: 甲；乙 or A; B."""
    return translated(language, "；").join(texts)


def with_note(language: Language, text: str, note: str) -> str:
    """A text and what explains it in brackets: 甲（乙） or A (B); the text alone without a note."""
    return translated(language, "%(t)s（%(n)s）", t=text, n=note) if note else text


def headed(language: Language, head: str, text: str) -> str:
    """What a text is about, before it: 甲：乙 or A: B."""
    return translated(language, "%(h)s：%(t)s", h=head, t=text)
