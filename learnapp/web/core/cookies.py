"""Cookies: where a visitor comes by TLS each is Secure and, by its name, bound to this very host.

`__Host-` keeps other hosts of one domain, and plain HTTP, from setting it (RFC 6265bis, 4.1.3). Networks
that have plain HTTP alone get the same cookies without it: browsers would refuse them.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

_BOUND = "__Host-"
A_YEAR_S = 365 * 24 * 3600


def name_here(name: str) -> str:
    """The name under which a cookie is set in answer to this request."""
    return f"{_BOUND}{name}" if request.is_secure else name


def value_in(cookies: Mapping[str, str], name: str) -> str:
    """A cookie's value among those sent, "" for none: the bound one, else what was set without TLS."""
    return cookies.get(f"{_BOUND}{name}") or cookies.get(name, "")


def value_of(name: str) -> str:
    """A cookie's value in this request, "" for none."""
    return value_in(request.cookies, name)


def set_cookie(reply: Response | FlaskResponse, name: str, value: str, lasts_s: int) -> None:
    """Have the visitor's browser keep a value for so many seconds, out of reach of scripts."""
    reply.set_cookie(
        name_here(name),
        value,
        max_age=lasts_s,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
