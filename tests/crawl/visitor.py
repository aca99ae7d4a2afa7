"""A browser without a screen, for the crawl: signs in, follows links, posts forms."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from learnapp.services.operations import demonstration
from tests.form_token import form_token

PASSWORD = demonstration.PASSWORD


class Visitor:
    """A browser without a screen: signs in, follows links, posts forms with their token."""

    def __init__(self, app: Flask, login: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        self._tokens: dict[str, str] = {}
        if login is not None:
            reply = self.post("/sign-in", login_name=login, password=PASSWORD)
            assert reply.status_code == 303, (login, reply.status_code)

    def token(self) -> str:
        """A form token of the session as it is now."""
        return form_token(self.client, self._tokens)

    def post(self, path: str, **data: Any) -> Any:
        """A form's post."""
        return self.client.post(path, data={**data, "csrf_token": self.token()})

    def landed(self, path: str, **data: Any) -> str:
        """The address to which a post that succeeded leads."""
        reply = self.post(path, **data)
        assert reply.status_code == 303, (path, reply.status_code, reply.text[:2000])
        return str(reply.headers["Location"])
