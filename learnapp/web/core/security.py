"""Headers and cookies that hold on every reply."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import BadSignature
from wtforms.validators import ValidationError

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


_REMEMBERED = 20_000


class CookieInterface(SecureCookieSessionInterface):
    """A session cookie that is Secure whenever the request came by TLS.

    A cookie whose signature was found right is not checked again by this process; whether the
    sign-in it names still holds is asked of the database every time.
    """

    def __init__(self) -> None:
        self._right: dict[str, dict[str, Any]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the request's cookie."""
        raw = request.cookies.get(self.get_cookie_name(app), "")
        if (known := self.known(raw)) is not None:
            return self.session_class(known)
        opened = super().open_session(app, request)
        # Flashed messages are a list that a request changes in place.
        if opened and all(isinstance(value, str | bool) for value in opened.values()):
            if len(self._right) >= _REMEMBERED:
                self._right.clear()
            self._right[raw] = dict(opened)
        return opened

    def known(self, raw: str) -> dict[str, Any] | None:
        """What a cookie holds, if it was found right before."""
        return self._right.get(raw)

    def signed_in_token(self, app: Flask, raw: str) -> str:
        """The token in a cookie that this installation signed for somebody signed in, or ""."""
        if (known_values := self.known(raw)) is None:
            serializer = self.get_signing_serializer(app)
            longest = int(app.permanent_session_lifetime.total_seconds())
            try:
                known_values = serializer.loads(raw, max_age=longest) if serializer and raw else {}
            except BadSignature:
                known_values = {}
        return str(known_values.get("_user_id", ""))

    def get_cookie_secure(self, app: Flask) -> bool:
        """True behind TLS; these networks also have plain HTTP, where Secure would lock all out."""
        return request.is_secure


def install(app: Flask) -> None:
    """Hang headers and cookie rules on the app."""
    app.session_interface = CookieInterface()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="learnapp",
        PERMANENT_SESSION_LIFETIME=14 * 86400,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,  # request.py asks it of every writing request
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    CSRFProtect(app)
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


# Tokens found right for the session's own; the pair is all that it depends on.
_right_tokens: set[tuple[str, str]] = set()


def check_form_token() -> None:
    """Refuse a writing request that does not come from a page of ours, with CSRFError.

    A token in the header that was found right for this session is not checked again.
    """
    sent, known_values = request.headers.get("X-CSRFToken", ""), str(session.get("csrf_token", ""))
    if is_known_token(sent, known_values):
        return
    current_app.extensions["csrf"].protect()
    if sent and known_values and request.is_json:  # else the token of a form was looked at
        _remember(sent, known_values)


def _remember(sent: str, known_values: str) -> None:
    if len(_right_tokens) >= _REMEMBERED:
        _right_tokens.clear()
    _right_tokens.add((sent, known_values))


def token_in_place_of(sent: str) -> str | None:
    """A form token of this session for a page whose own is another's; None where its own holds."""
    known_values = str(session.get("csrf_token", ""))
    if is_known_token(sent, known_values):
        return None
    try:
        validate_csrf(sent)
    except ValidationError:
        return str(generate_csrf())
    _remember(sent, known_values)
    return None


def is_known_token(sent: str, known_values: str) -> bool:
    """Whether a form token was found right for a session's by this process."""
    return (sent, known_values) in _right_tokens
