"""From pieces that somebody marked in a few records to the layout they have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from question_bank.formats.recognise.taught_layout import (
    MOST_EXAMPLES,
    MOST_PATTERN,
    Example,
    Layout,
    PieceRole,
    TaughtPart,
)
from question_bank.formats.records import Refused

# What options are counted by.
SIGNS = ("ABCDEFGH", "abcdefgh", "①②③④⑤⑥⑦⑧", "甲乙丙丁戊己庚辛", "ⅠⅡⅢⅣⅤⅥⅦⅧ", "12345678")
NUMBER = r"(?:\d{1,6}|[一二三四五六七八九十百零]{1,5}|[①-⑳])"
COUNTED = "\ue010"
_TOKEN = re.compile(r"\s*\n\s*|[ \t　]+|\d+|.", re.DOTALL)
# How far a number or an answer may lie from the rest of its record.
_NEAR = 200


@dataclass(frozen=True, slots=True)
class _Span:
    role: PieceRole
    start: int
    end: int


def learn(text: str, examples: Sequence[Example]) -> Iterator[Layout]:
    """The layouts that the examples allow, likeliest first: an answer may stand at several places.

    Raises Refused where a piece is not in the text or the examples have no layout in common.
    """
    examples = [each for each in examples if each.stem.strip()][:MOST_EXAMPLES]
    if not examples:
        raise Refused("layout_needs_examples")
    found: list[Layout] = []
    wrong: Refused | None = None
    for before, apart in product((False, True), repeat=2):
        try:
            spans = [_spans(text, each, n, before, apart) for n, each in enumerate(examples, 1)]
        except Refused as refused:
            wrong = wrong or refused  # of the usual order
            continue
        if (layout := _common(text, spans)) is not None and layout not in found:
            found.append(layout)
    if not found:
        raise wrong or Refused("layouts_differ")
    yield from found


def _spans(text: str, example: Example, count: int, before: bool, apart: bool) -> list[_Span]:
    """Where the pieces of an example stand, in order; `before` is whether its answer comes first,
    `apart` whether options are looked for before the stem's answer."""
    stem = _placed(text, example.stem, 0, len(text), count)
    spans = [_Span(PieceRole.STEM, *stem)]
    at = stem[1]
    answer: tuple[int, int] | None = None
    if example.answer.strip() and before:
        answer = _nearest_left(text, example.answer, stem[0], count)
    elif example.answer.strip() and apart:
        answer = _placed(text, example.answer, at, at + _NEAR, count)
        at = answer[1]
    for option in example.options:
        place = _placed(text, option, at, at + 20 * _NEAR, count)
        spans.append(_Span(PieceRole.OPTION, *place))
        at = place[1]
    if example.answer.strip() and answer is None:
        answer = _placed(text, example.answer, at, at + 20 * _NEAR, count)
        at = answer[1]
    if answer is not None:
        spans.append(_Span(PieceRole.ANSWER, *answer))
    if example.explanation.strip():
        place = _placed(text, example.explanation, at, at + 20 * _NEAR, count)
        spans.append(_Span(PieceRole.EXPLANATION, *place))
    if example.number.strip():
        first = min(each.start for each in spans)
        spans.append(_Span(PieceRole.NUMBER, *_nearest_left(text, example.number, first, count)))
    spans.sort(key=lambda each: each.start)
    return spans


def _placed(text: str, piece: str, start: int, end: int, count: int) -> tuple[int, int]:
    """Where a piece stands first; raises Refused if it does not."""
    piece = piece.strip()
    found = text.find(piece, start, end)
    if not piece or found < 0:
        raise Refused("piece_not_found", example=count, piece=piece[:40])
    return found, found + len(piece)


def _nearest_left(text: str, piece: str, end: int, count: int) -> tuple[int, int]:
    piece = piece.strip()
    found = text.rfind(piece, max(0, end - _NEAR), end)
    if not piece or found < 0:
        raise Refused("piece_not_found", example=count, piece=piece[:40])
    return found, found + len(piece)


def _common(text: str, examples: Sequence[Sequence[_Span]]) -> Layout | None:
    """The layout that all examples follow; None where they stand in different orders."""
    orders = {tuple(_order(spans)) for spans in examples}
    longest = max(orders, key=len)
    if any(not _within(order, longest) for order in orders):
        return None
    before: dict[PieceRole, set[str]] = {role: set() for role in longest}
    after: set[str] = set()
    further: set[str] = set()
    signs = _signs(text, examples)
    for spans in examples:
        at = _line_start(text, spans[0].start)
        option = 0
        for each in spans:
            gap = text[at : each.start]
            counted = option if each.role is PieceRole.OPTION else None
            kinds = further if each.role is PieceRole.OPTION and option else before[each.role]
            kinds.add(_pattern(gap, signs, counted))
            option += each.role is PieceRole.OPTION
            at = each.end
        after.add(_pattern(_line_rest(text, at), "", None))
    parts = tuple(
        TaughtPart(
            role,
            _either(before[role]),
            _either(further) if role is PieceRole.OPTION else "",
            any("\n" in text[s.start : s.end] for e in examples for s in e if s.role is role),
        )
        for role in longest
    )
    if any(
        len(each.before) > MOST_PATTERN or len(each.before_next) > MOST_PATTERN for each in parts
    ):
        return None
    if not all(each.before for each in parts[1:]):
        return None
    blank = any(re.search(r"\n\s*\n", text[e[0].start : e[-1].end]) for e in examples)
    most = max(sum(each.role is PieceRole.OPTION for each in spans) for spans in examples)
    return Layout(parts, _either(after), signs, blank, most_options=most)


def _order(spans: Sequence[_Span]) -> Iterator[PieceRole]:
    last = None
    for each in spans:
        if each.role is not last:
            yield each.role
        last = each.role


def _within(order: Sequence[PieceRole], longest: Sequence[PieceRole]) -> bool:
    """Whether an order is the longest one with parts left out."""
    rest = iter(longest)
    return all(role in rest for role in order)


def _signs(text: str, examples: Sequence[Sequence[_Span]]) -> str:
    """What the options of all examples are counted by, in the gap before each; else empty."""
    for signs in SIGNS:
        counted = []
        for spans in examples:
            at, option = _line_start(text, spans[0].start), 0
            for each in spans:
                if each.role is PieceRole.OPTION and option < len(signs):
                    gap = unicodedata.normalize("NFKC", text[at : each.start])
                    sign = unicodedata.normalize("NFKC", signs[option])
                    counted.append(sign in gap or signs[option] in text[at : each.start])
                    option += 1
                at = each.end
        if counted and all(counted):
            return signs
    return ""


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_rest(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at : len(text) if end < 0 else end].strip()


def _either(patterns: set[str]) -> str:
    if len(patterns) == 1:
        return next(iter(patterns))
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})" if patterns else ""


def _pattern(gap: str, signs: str, counted: int | None) -> str:
    """The pattern of what stands between two parts; COUNTED stands for the sign of an option."""
    tokens = [found.group() for found in _TOKEN.finditer(gap)]
    at = None
    if counted is not None and signs and counted < len(signs):
        sign = unicodedata.normalize("NFKC", signs[counted])
        at = max(
            (n for n, t in enumerate(tokens) if sign in (t, unicodedata.normalize("NFKC", t))),
            default=None,
        )
    if len(tokens) == 1 and not gap.strip() and "\n" not in gap and "\t" not in gap:
        return r"[ \t　]+"  # spaces alone part two pieces: some must be there
    return "".join(COUNTED if n == at else _one(token) for n, token in enumerate(tokens))


def _one(token: str) -> str:
    """The pattern of a run of spaces, a number, or one sign of either width."""
    if "\n" in token:
        return r"\s*\n\s*"
    if "\t" in token:
        return r"[ 　]*\t\s*"
    if token.isspace():
        return r"[ \t　]*"
    if token.isdigit():
        return r"\d+"
    wide = {token, unicodedata.normalize("NFKC", token), _widened(token)}
    wide = {each for each in wide if len(each) == 1}
    if len(wide) == 1:
        return re.escape(token)
    return f"[{''.join(map(re.escape, sorted(wide)))}]"


def _widened(char: str) -> str:
    """The full-width twin of a plain sign."""
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char
