"""Folded text: two spellings of one answer or one stem fold to the same string."""

from __future__ import annotations

import re
import unicodedata

# Signs that NFKC leaves apart from their ASCII twins.
_TWINS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "∶": ":", "\u200b": ""})
# Marks that carry meaning between digits (3.14, 1-5, 8:30, 2/3) or before one (-5).
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[.:/-](?=[0-9])|(?<![0-9A-Za-z])-(?=[0-9])")
_MEANINGFUL = frozenset("#%&@*")


def fold(text: str) -> str:
    """The text without differences of width, case, white space and punctuation.

    Signs that belong to a number stay (3.14 is not 314, -5 is not 5). Text of nothing but
    punctuation stays as it is, since there the marks are the answer.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_TWINS).casefold()
    plain = "".join(plain.split())
    if plain.isalnum():
        return plain
    between_digits = {match.start() for match in _BETWEEN_DIGITS.finditer(plain)}
    folded = "".join(
        char
        for place, char in enumerate(plain)
        if place in between_digits
        or char in _MEANINGFUL
        or unicodedata.category(char)[0] not in "PZC"
    )
    return folded or plain
