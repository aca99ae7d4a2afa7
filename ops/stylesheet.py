"""The framework's style sheet without the parts that no page of ours has."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Parts of Pico by what their selectors name; a page that begins to use one takes it out of this list.
UNUSED = re.compile(
    r"data-tooltip|dropdown|dialog|modal|aria-busy|hgroup|kbd|\.grid|\.container"
    r"|\[type=range\]|\[type=color\]|\[dir=rtl\]|-moz-document|role=switch"
)
_BLOCKS = ("@media", "@supports")
_ANIMATION = re.compile(r"@keyframes (modal|tooltip|spinner)")
_EXCEPTED = re.compile(r":not\([^()]*\)")  # what a selector leaves out is not what it is about


def trimmed(css: str) -> str:
    """A minified style sheet without the rules of unused parts; all else in its order.

    >>> trimmed("a{color:red}.grid,p{margin:0}dialog{top:0}")
    'a{color:red}p{margin:0}'
    """
    return "".join(filter(None, map(_kept, _rules(css))))


def _rules(css: str) -> Iterator[str]:
    """Each rule of the outermost level, with its block."""
    depth, first = 0, 0
    for at, char in enumerate(css):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                yield css[first : at + 1]
                first = at + 1


def _kept(rule: str) -> str:
    head, _, body = rule.partition("{")
    if head.startswith(_BLOCKS) and not UNUSED.search(head):
        inside = trimmed(body[:-1])
        return f"{head}{{{inside}}}" if inside else ""
    if head.startswith("@"):
        return "" if UNUSED.search(head) or _ANIMATION.match(head) else rule
    left = [each for each in _selectors(head) if not UNUSED.search(_EXCEPTED.sub("", each))]
    return f"{','.join(left)}{{{body}" if left else ""


def _selectors(head: str) -> Iterator[str]:
    """The selectors of a rule, split at the commas that lie in no brackets."""
    depth, first = 0, 0
    for at, char in enumerate(head):
        depth += (char in "([") - (char in ")]")
        if char == "," and not depth:
            yield head[first:at]
            first = at + 1
    yield head[first:]
