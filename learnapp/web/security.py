"""Headers and cookies that hold on every reply."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

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


class CookieInterface(SecureCookieSessionInterface):
    """A session cookie that is Secure whenever the request came by TLS."""

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
    )
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
