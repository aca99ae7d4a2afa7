"""Headers and cookies that hold on every reply."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, BadSignature, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from learnapp.web.core.cookies import name_here, value_in

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
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

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The session of the request's cookie."""
        return self.session_class(self.values(app, self.raw_in(app, request.cookies)))

    def raw_in(self, app: Flask, cookies: Mapping[str, str]) -> str:
        """The session's cookie among those that were sent, "" for none."""
        return value_in(cookies, super().get_cookie_name(app))

    def get_cookie_name(self, app: Flask) -> str:
        """The name under which the session of this request is stored."""
        return name_here(super().get_cookie_name(app))

    def values(self, app: Flask, raw: str) -> dict[str, Any]:
        """What a cookie of this installation holds; nothing for one that it did not sign."""
        known = self._right.get(raw)
        if known is not None:
            return known
        serializer = self.get_signing_serializer(app)
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            found: dict[str, Any] = (
                serializer.loads(raw, max_age=longest) if serializer and raw else {}
            )
        except BadSignature:
            return {}
        # Flashed messages are a list that a request changes in place.
        if found and all(isinstance(value, str | bool) for value in found.values()):
            if len(self._right) >= _REMEMBERED:
                self._right.clear()
            self._right[raw] = found
        return found

    def signed_in_token(self, app: Flask, raw: str) -> str:
        """The token in a cookie that this installation signed for somebody signed in, or ""."""
        return str(self.values(app, raw).get("_user_id", ""))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does; a session that is over leaves no cookie of either name."""
        super().save_session(app, session, response)
        unbound = super().get_cookie_name(app)
        if not session and session.modified and unbound in request.cookies:
            response.delete_cookie(unbound, path=self.get_cookie_path(app))

    def get_cookie_secure(self, app: Flask) -> bool:
        """True behind TLS; these networks also have plain HTTP, where Secure would lock all out."""
        return request.is_secure


class FormTokens:
    """The tokens of forms, as Flask-WTF signs them, held against a session's without any request.

    One that was found right for a session is not checked again: the pair is all that it depends on.
    """

    def __init__(self, app: Flask) -> None:
        self._signed = URLSafeTimedSerializer(app.secret_key or b"", salt="wtf-csrf-token")
        self._right: set[tuple[str, str]] = set()

    def hold(self, sent: str, kept: str) -> bool:
        """Whether a page's token is one of the session whose own token is `kept`."""
        if (sent, kept) in self._right:
            return True
        if not sent or not kept:
            return False
        try:
            found = self._signed.loads(sent)
        except BadData:
            return False
        if not isinstance(found, str) or not hmac.compare_digest(found, kept):
            return False
        if len(self._right) >= _REMEMBERED:
            self._right.clear()
        self._right.add((sent, kept))
        return True


def signed_in_page(app: Flask, environ: dict[str, Any]) -> str:
    """The token of whoever is signed in where a page of ours asks, by the request's cookie and its
    header; "" for anything else. For what is answered before Flask."""
    cookies = cast(CookieInterface, app.session_interface)
    raw = cookies.raw_in(app, parse_cookie(environ.get("HTTP_COOKIE", "")))
    held = cookies.values(app, raw)
    sent, kept = environ.get("HTTP_X_CSRFTOKEN", ""), str(held.get("csrf_token", ""))
    return str(held.get("_user_id", "")) if form_tokens(app).hold(sent, kept) else ""


def form_tokens(app: Flask) -> FormTokens:
    """The form tokens of an application."""
    return cast(FormTokens, app.extensions["learnapp.form_tokens"])


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
    app.extensions["learnapp.form_tokens"] = FormTokens(app)
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def check_form_token() -> None:
    """Refuse a writing request that does not come from a page of ours, with CSRFError."""
    sent, kept = request.headers.get("X-CSRFToken", ""), str(session.get("csrf_token", ""))
    if not form_tokens(current_app).hold(sent, kept):
        current_app.extensions["csrf"].protect()


def token_in_place_of(sent: str) -> str | None:
    """A form token of this session for a page whose own is another's; None where its own holds."""
    kept = str(session.get("csrf_token", ""))
    return None if form_tokens(current_app).hold(sent, kept) else str(generate_csrf())
