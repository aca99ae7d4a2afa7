"""What people set for themselves: language, size of type, password."""

from __future__ import annotations

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.models import Person
from learnapp.domain.core.errors import Conflict
from learnapp.services.accounts import activation, sign_in
from learnapp.services.accounts.sign_in import Try


def set_language(session: Session, person_id: int, language: str) -> None:
    """The language of every page the person sees."""
    session.get_one(Person, person_id).language = language


def set_text_size(session: Session, person_id: int, size: str) -> None:
    """One of the sizes 1, 1.25 and 1.5, as text."""
    session.get_one(Person, person_id).text_size = size


def set_theme(session: Session, person_id: int, theme: str) -> None:
    """How the pages look: "light", "dark", or "auto" as the device does."""
    session.get_one(Person, person_id).theme = theme


def set_auto_next(session: Session, person_id: int, chosen: bool) -> None:
    """Whether practice goes to the next question by itself once a single choice was right."""
    session.get_one(Person, person_id).auto_next = chosen


def goes_on_by_itself(session: Session, person_id: int) -> bool:
    """Whether the person chose that practice goes on by itself."""
    return session.get_one(Person, person_id).auto_next


def change_password(caller: Caller, tried: Try, password_hash: str) -> None:
    """Store the new hash; every session of the person ends. `tried` was the right old password.

    Raises Conflict("password_changed") when the old one was replaced in the meantime.
    """
    session = caller.session
    person_id = caller.actor.own_id()
    if not sign_in.may_enter(session, tried):
        raise Conflict("password_changed")
    sign_in.was_right(session, tried)
    activation.set_password(session, caller.now, person_id, password_hash)
    audit_log.record(caller, "password.changed", ("person", person_id))
