"""What a post has to say: stored over the redirect, shown where the eye is, given the focus.

A view says it with `say` (or Flask's own `flash`) and redirects. The message is shown in the part of
the page that has its anchor, or at the top. For an anchor the redirect gets the fragment of the
message, so that a browser without scripts goes there too; `static/js/told.js` gives the focus.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, flash, g, get_flashed_messages, session
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.wording.catalogue import Language, translated

MESSAGE_ID = "told"  # the id of the message on the page it leads to
_MARK = "@"


@dataclass(frozen=True)
class Message:
    """A sentence and its kind (good, due, lost, info); `id` is set on the first of a page."""

    kind: str
    text: str
    anchor: str
    id: str | None


def install(app: Flask) -> None:
    """Let templates ask for messages, and redirects lead to them."""
    app.jinja_env.globals["messages_at"] = messages_at
    app.jinja_env.globals["messages_left"] = messages_left
    app.after_request(_lead_there)


def say(text: str, kind: str = "good", at: str = "") -> None:
    """Say `text` on the next page, in its part `at`; at the top where the page has no such part."""
    flash(text, f"{kind}{_MARK}{at}")


def say_language(chosen: Language) -> None:
    """Say that the pages are in the chosen language: each language says it of itself."""
    say(translated(chosen, "页面已改用中文。"))


def say_size(label: str) -> None:
    """Say which size of type the pages have now."""
    say(gettext("字号已改为“%(size)s”。", size=label), at="settings")


def messages_at(anchor: str) -> list[Message]:
    """The messages for this part of the page; each is given out once."""
    waiting = _waiting()
    found = [each for each in waiting if each.anchor == anchor]
    g.unshown = [each for each in waiting if each.anchor != anchor]
    return found


def messages_left() -> list[Message]:
    """The messages that no part of the page has asked for."""
    found = _waiting()
    g.unshown = []
    return found


def _waiting() -> list[Message]:
    if "unshown" not in g:
        g.unshown = []
        for n, (category, text) in enumerate(get_flashed_messages(with_categories=True)):
            kind, _, anchor = category.partition(_MARK)
            g.unshown.append(Message(kind, text, anchor, None if n else MESSAGE_ID))
    waiting: list[Message] = g.unshown
    return waiting


def _lead_there(response: Response) -> Response:
    """Give a redirect the fragment of what waits to be shown below the top of the page."""
    target = response.headers.get("Location")
    if target and response.status_code in (302, 303) and "#" not in target:
        anchors = [category.partition(_MARK)[2] for category, _text in session.get("_flashes", [])]
        if any(anchors):
            response.headers["Location"] = f"{target}#{MESSAGE_ID}"
    return response
