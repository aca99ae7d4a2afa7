"""Columns that tick the right options: one beside or behind each option, or one for true and false."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from question_bank.formats.recognise import answers

_RIGHT = (
    r"(?:是否)?(?:为)?(?:正确|对|选中|勾选|答案|right|correct|iscorrect|istrue)(?:答案|与否|否)?"
)
_OF_A_LETTER = re.compile(
    rf"^(?:选项|option)?([a-h])(?:项|选项)?{_RIGHT}$|^{_RIGHT}(?:选项|option)?([a-h])$"
)
_BESIDE = re.compile(rf"^(?:{_RIGHT}|√|✓|✔|[√✓✔]/×|勾|打勾)$")
_TRUE = frozenset({"对", "正确", "√", "✓", "✔", "是", "t", "true"})
_FALSE = frozenset({"错", "错误", "×", "✗", "✘", "否", "f", "false", "x"})
_YES = frozenset({"1", "●", "■", "★", "*", "☑"})
_NO = frozenset({"", "0", "□", "☐", "-", "/", "—"})


@dataclass(frozen=True, slots=True)
class Ticks:
    """The columns of ticks by letter, or by the word that a tick stands for.

    `named` is whether titles say whose each column is; `options` are the columns of the options.
    """

    columns: dict[str, int]
    options: dict[str, int]
    named: bool = True


def ticks_among(titles: Sequence[str], options: dict[str, int], together: bool) -> Ticks:
    """The columns that say of each option, or of true and false, whether it is right.

    `together` is whether options have one column: on rows of their own, one column then says so of
    each row's.
    """
    named = {
        (found.group(1) or found.group(2)).upper(): at
        for at, title in enumerate(titles)
        if (found := _OF_A_LETTER.match(title))
    }
    texts = {letter: at for letter, at in options.items() if at not in named.values()}
    if len(named) > 1 and set(named) <= set(texts):
        return Ticks(named, texts)
    beside = {letter: at + 1 for letter, at in options.items()}
    if len(beside) > 1 and all(
        at < len(titles) and _BESIDE.match(titles[at]) for at in beside.values()
    ):
        return Ticks(beside, options, named=False)
    if options:
        return Ticks({}, options)
    if together:
        ticks = [at for at, title in enumerate(titles) if _BESIDE.match(title)]
        return Ticks({"": ticks[0]} if ticks else {}, options)
    return Ticks(_truths(titles), options)


def _truths(titles: Sequence[str]) -> dict[str, int]:
    true = [at for at, title in enumerate(titles) if title in _TRUE]
    false = [at for at, title in enumerate(titles) if title in _FALSE]
    return {"正确": true[0], "错误": false[0]} if len(true) == len(false) == 1 else {}


def ticked(cells: Iterable[tuple[str, str]]) -> str | None:
    """The letters, or the word, whose cells are ticked; None where a cell says neither.

    `cells` are letters and texts. Empty where none is ticked.
    """
    found = []
    for letter, text in cells:
        word = text.strip().lower()
        truth = True if word in _YES else False if word in _NO else answers.as_truth(text)
        if truth is None:
            return None
        if truth:
            found.append(letter)
    return "".join(found)
