"""What can be answered on a test page, as a script finds it: each question with a response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_SECTION = re.compile(r'<section class="q"\s+id="q(\d+)"\s+data-type="(\w+)"(.*?)</section>', re.S)
_OPTION = re.compile(r'<input type="(?:radio|checkbox)"\s+name="q\d+"\s+value="([^"]+)"')
_BLANK = re.compile(r'name="q\d+\.b\d+"')


def of_page(page: str) -> list[tuple[int, dict[str, Any]]]:
    """(question, response) of each question, in order: first options, the same word in each blank."""
    return list(_found(page))


def _found(page: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for ordinal, kind, inside in _SECTION.findall(page):
        options = _OPTION.findall(inside)
        if options:
            chosen = options[:2] if kind == "multiple" else options[:1]
            yield int(ordinal), {"options": chosen}
        elif kind == "fill_blank":
            yield int(ordinal), {"blanks": ["依法"] * len(_BLANK.findall(inside))}
        else:
            yield int(ordinal), {"text": "依照法律规定，分步处理。" * 5}
