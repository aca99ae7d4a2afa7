"""Columns that tick the right options: one beside or behind each option, or one for true and false."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from question_bank.formats.recognise import answers

if TYPE_CHECKING:
    from question_bank.formats.recognise.headers import Header

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


def take_ticks(header: Header, titles: Sequence[str]) -> None:
    """Take the columns that say of each option, or of true and false, whether it is right.

    Where options stand on rows of their own, one column says so of each row's.
    """
    named = {
        (found.group(1) or found.group(2)).upper(): at
        for at, title in enumerate(titles)
        if (found := _OF_A_LETTER.match(title))
    }
    texts = {letter: at for letter, at in header.options.items() if at not in named.values()}
    if len(named) > 1 and set(named) <= set(texts):
        header.ticks, header.options = named, texts
    elif len(header.options) > 1 and all(
        at + 1 < len(titles) and _BESIDE.match(titles[at + 1]) for at in header.options.values()
    ):
        header.ticks = {letter: at + 1 for letter, at in header.options.items()}
        header.ticks_named = False
    elif not header.options and "options" in header.columns:
        beside = [at for at, title in enumerate(titles) if _BESIDE.match(title)]
        header.ticks = {"": beside[0]} if beside else {}
    elif not header.options:
        _take_truths(header, titles)
    for at in header.ticks.values():
        header.unknown.pop(at, None)
    taken = set(header.ticks.values())
    header.columns = {name: at for name, at in header.columns.items() if at not in taken}


def _take_truths(header: Header, titles: Sequence[str]) -> None:
    true = [at for at, title in enumerate(titles) if title in _TRUE]
    false = [at for at, title in enumerate(titles) if title in _FALSE]
    if len(true) == len(false) == 1:
        header.ticks = {"正确": true[0], "错误": false[0]}


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
