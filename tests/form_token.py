"""The form token of a test client's session, asked of a page once for each cookie."""

from __future__ import annotations

import re

from flask.testing import FlaskClient


def form_token(client: FlaskClient, known: dict[str, str], path: str = "/notices") -> str:
    """The token of the session as it is; `known` holds tokens by cookie, and is added to.

    Whoever is not signed in is led to the page for it, which has a token too.
    """
    if (before := _session(client)) in known:
        return known[before]
    page = client.get(path, follow_redirects=True).text
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    if after := _session(client):
        known[after] = found.group(1)
    return found.group(1)


def _session(client: FlaskClient) -> str:
    """What the cookie holds, without when it was signed; empty without a cookie."""
    cookie = client.get_cookie("learnapp")
    return "" if cookie is None else cookie.value.rsplit(".", 2)[0]
