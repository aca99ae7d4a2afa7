"""The HTML of structured content: paragraphs of text, pictures and blanks, as questions have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

_PICTURE = Markup('<img src="/media/{}" alt="{}" loading="lazy">')
_BLANK = Markup('<span class="blank"><span class="hide-seen">{}</span></span>')
_GAP = Markup(
    '<input class="gap" type="text" name="q{}.b{}" value="{}" maxlength="500" aria-label="{}">'
)
_NOTHING = Markup("")

Blocks = Iterable[Mapping[str, Any]] | None


def install(app: Flask) -> None:
    """Let every template write content."""
    app.jinja_env.globals["content"] = content
    app.jinja_env.globals["answer_content"] = answer_content


def content(blocks: Blocks, tag: str = "p") -> Markup:
    """The paragraphs, with blanks as gaps; `tag` is "b" where only phrases may be."""
    return _paragraphs(blocks, tag, lambda _number: _BLANK.format(_("空格")))


def answer_content(blocks: Blocks, ordinal: int, written: Sequence[str] | None) -> Markup:
    """The paragraphs with an input in each gap, named q{ordinal}.b{number}, with what was written."""

    def gap(number: int) -> Markup:
        text = written[number - 1] if written and number <= len(written) else ""
        return _GAP.format(ordinal, number, text, _("第 %(n)s 空", n=number))

    return _paragraphs(blocks, "p", gap)


def _paragraphs(blocks: Blocks, tag: str, blank: Any) -> Markup:
    parts: list[str] = []
    for block in blocks or ():
        parts.append(f"<{tag}>")
        for piece in block["p"]:
            if "blank" in piece:
                parts.append(blank(piece["blank"]))
            elif "t" in piece:
                parts.append(escape(piece["t"]))
            elif "media" in piece:
                parts.append(_PICTURE.format(piece["media"], piece.get("alt") or ""))
        parts.append(f"</{tag}>")
    return Markup("".join(parts)) if parts else _NOTHING
