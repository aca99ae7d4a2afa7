"""A form's key: a second press, or one after a lost reply, is answered with what the first came to.

Every form carries a random key made when its page was drawn (`csrf()` in components/forms.html). A
view that carries `makes` does its action once for each key and content; what it redirected to, and the
message it left, are given again to anyone who presses again. What redirects nowhere made nothing.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from flask import Flask, flash, g, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from learnapp.services.operations import idempotency
from learnapp.web.core.local_path import local_path

FIELD = "once"
_SHORTEST = 16
_NOT_CONTENT = {FIELD, "csrf_token"}


def install(app: Flask) -> None:
    """Let the forms of a page have a key."""
    app.jinja_env.globals["once_key"] = key_of_page


def key_of_page() -> str:
    """The key of the page that is drawn: the same in all its forms."""
    if "once_key" not in g:
        g.once_key = secrets.token_urlsafe(12)
    return str(g.once_key)


def asked_key() -> str | None:
    """The key of the action that is asked for; None without one (an older page, a program).

    It is that of the page with where and what was sent: another form of the page, or the same with
    other words after going back to it, is another action.
    """
    sent = request.form.get(FIELD, "")
    if len(sent) < _SHORTEST:
        return None
    found = sha256()
    parts = [sent, request.full_path]
    for name, value in request.form.items(multi=True):
        if name not in _NOT_CONTENT:
            parts += [name, value]
    for part in parts:
        found.update(f"{len(part)} {part}".encode())
    for name, file in request.files.items(multi=True):
        found.update(f"{name} {file.filename}".encode())
        while piece := file.stream.read(1 << 20):
            found.update(piece)
        file.stream.seek(0)
    return found.hexdigest()


def begin(session_: Session, person_id: int, key: str, now: datetime) -> Response | None:
    """Claim the key for the action of this request; the answer, where there was such a request."""
    asked = idempotency.ask(session_, person_id, key, request.endpoint or "", now)
    if asked.is_new:
        g.once_action, g.once_messages = asked.action_id, len(session.get("_flashes", []))
        return None
    if asked.result is None:
        return _to(url_for("pending_results.wait", action_id=asked.action_id))
    return again(asked.result)


def again(result: dict[str, object]) -> Response:
    """Redirect to where the action led, with its message."""
    waiting = [list(each) for each in session.get("_flashes", [])]
    messages = result.get("told", [])
    for category, text in messages if isinstance(messages, list) else []:
        if [category, text] not in waiting:
            flash(text, category)
    return _to(local_path(str(result["at"])) or "/")


def _to(path: str) -> Response:
    return redirect(path, 303)


def begun() -> int | None:
    """The action that this request has claimed and not ended."""
    found: int | None = g.get("once_action")
    return found


def end(session_: Session, response: Response) -> None:
    """Keep what the action came to, or forget it where it led nowhere."""
    action_id = g.pop("once_action")
    at = local_path(response.headers.get("Location"))
    if response.status_code not in (302, 303) or at is None:
        idempotency.given_up(session_, action_id)
        return
    messages = [list(each) for each in session.get("_flashes", [])[g.once_messages :]]
    idempotency.done(session_, action_id, {"at": at, "told": messages})
