"""The application over a filled town, for measuring: who is signed in, what time it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from learnapp.db.core.engine import Database
from tests.determined import FixedClock
from tests.scale.measure import Cost, cheapest
from tests.scale.town import Town
from tests.small_office import PASSWORD


@dataclass
class Place:
    """A client of the application, its clock and what the town holds."""

    client: FlaskClient
    clock: FixedClock
    town: Town

    @property
    def database(self) -> Database:
        """The application's own."""
        found: Database = self.client.application.extensions["learnapp.database"]
        return found

    def enter(self, login: str = "head") -> None:
        """Sign somebody in, whoever was."""
        self.client.delete_cookie("learnapp")
        page = self.client.get("/sign-in").text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        data = {"login_name": login, "password": PASSWORD, "csrf_token": token.group(1)}
        reply = self.client.post("/sign-in", data=data)
        assert reply.status_code == 303, reply.text

    def post(self, path: str, **form: Any) -> Any:
        """Send a form of a page."""
        page = self.client.get("/me").text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        data = {**form, "csrf_token": token.group(1)}
        reply = self.client.post(path, data=data, content_type="multipart/form-data")
        assert reply.status_code == 303, (path, reply.status_code, reply.text[:3000])
        return reply

    def page(self, path: str) -> Cost:
        """The cost of a page, seen before."""

        def see() -> None:
            reply = self.client.get(path)
            assert reply.status_code == 200, (path, reply.status_code)

        return cheapest(self.database.engine, see)
