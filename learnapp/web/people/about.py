"""Whom a page is about."""

from __future__ import annotations

from learnapp.db.people.login_names import logins_of
from learnapp.db.people.models import Person
from learnapp.web.core import request_context as req
from learnapp.web.core.wording import person_label


def about(person: Person) -> str:
    """The person's name, distinguished from namesakes by the login name."""
    return person_label(person.name, logins_of(req.session(), [person.id]).get(person.id, ""))
