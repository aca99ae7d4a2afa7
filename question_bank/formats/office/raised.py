"""Raised and lowered letters as signs of a line: 10³, H₂O, x^(ab)."""

from __future__ import annotations

import re

_HIGH = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOW = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_MATHEMATICAL = re.compile(r"[0-9A-Za-z+\-−=()]+")


def raised(text: str) -> str:
    """A text above the line: in signs of its own where there are such, else behind ^."""
    return _shifted(text, _HIGH, "^")


def lowered(text: str) -> str:
    """A text below the line, in the same way, behind _."""
    return _shifted(text, _LOW, "_")


def is_mathematical(text: str) -> bool:
    """Whether a raised text belongs to a number or a letter: no mark of a note, no stray punctuation."""
    return _MATHEMATICAL.fullmatch(text.strip()) is not None


def _shifted(text: str, table: dict[int, int], sign: str) -> str:
    bare = text.strip()
    if all(ord(char) in table for char in bare):
        return bare.translate(table)
    return f"{sign}{bare}" if len(bare) == 1 else f"{sign}({bare})"
