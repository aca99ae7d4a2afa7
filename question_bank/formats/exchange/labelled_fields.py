"""Several texts in one field, each under its label, for formats that have fewer fields than we."""

from __future__ import annotations

import re
from collections.abc import Iterable

PASSAGE, QUESTION = "材料", "题目"
REFERENCE, POINTS, EXPLANATION = "参考答案", "要点", "解析"
_ALL = (PASSAGE, QUESTION, REFERENCE, POINTS, EXPLANATION)
_LABEL = re.compile(rf"^【({'|'.join(_ALL)})】\s*$")
_LIKE = re.compile(rf"^\\*【(?:{'|'.join(_ALL)})】\s*$")


def joined(texts: Iterable[tuple[str, str]]) -> str:
    """The texts that are not empty, each below a line with its label (材料, 题目, 参考答案 …)."""
    return "\n".join(f"【{label}】\n{escaped(text)}" for label, text in texts if text)


def escaped(text: str) -> str:
    """The text with a backslash before every line that would read as a label."""
    return "\n".join(f"\\{line}" if _LIKE.match(line) else line for line in text.split("\n"))


def parted(text: str, rest: str) -> dict[str, str]:
    """The texts by label, as `joined` wrote them; a text without labels is that of `rest`."""
    found: dict[str, list[str]] = {}
    label = rest
    for line in text.split("\n"):
        if seen := _LABEL.match(line):
            label = seen.group(1)
            found.setdefault(label, [])
            continue
        bare = line[1:] if line.startswith("\\") and _LIKE.match(line) else line
        found.setdefault(label, []).append(bare)
    return {label: "\n".join(lines).strip("\n") for label, lines in found.items() if any(lines)}
