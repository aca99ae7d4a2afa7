"""Secrecy markings: telling a marked file from a file that speaks about secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = r"(?:绝\s*密|机\s*密|秘\s*密)"
_WORD = re.compile(_WORDS)
# 机密★10年, 秘密★, 绝密★启用前: the star makes a marking of it.
_STARRED = re.compile(rf"{_WORDS}\s*[★☆✩✭⭐]\s*(?:\d+\s*(?:年|个?月|天|日)|长期|启用前|解密前)?")
_LABELLED = re.compile(rf"^密\s*级\s*[:：]?\s*{_WORDS}$")
_AT_AN_END = re.compile(rf"^{_WORDS}(?=$|[\s·|/、—-])|(?<=[\s·|/—-]){_WORDS}$")
# Whatever holds one of these is a sentence, a title or a question, not a marking.
_SENTENCE = re.compile(r"[，。；？！“”\"《》（）()?!,;]|[是的指为属]|[A-HＡ-Ｈ][.．、]|_{2}")
_LONGEST = 40


def find_marking(texts: Iterable[str]) -> str | None:
    """The first secrecy marking among paragraphs of head, header and footer, or None.

    The word counts when it stands alone, is starred, or begins or ends a short line that is no
    sentence; never inside a sentence or among other levels, as in a question on secrets.
    """
    for text in texts:
        for line in text.splitlines():
            if found := _marking(line.strip()):
                return found
    return None


_TERM = re.compile(r"\d+\s*(?:年|个?月|天|日)|启用前|解密前")


def may_lapse(marking: str) -> bool:
    """Whether a marking names its own end (启用前, 10年), so that it can have come."""
    return _TERM.search(marking) is not None


def _marking(line: str) -> str | None:
    if not line or len(line) > _LONGEST or len(_WORD.findall(line)) != 1:
        return None
    if _LABELLED.match(line) or _WORD.fullmatch(line):
        return line
    if _SENTENCE.search(line):
        return None
    if starred := _STARRED.search(line):
        return starred.group().strip()
    at_an_end = _AT_AN_END.search(line)
    return at_an_end.group() if at_an_end else None
