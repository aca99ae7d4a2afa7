"""What people set for themselves: language, size of type, password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.people import Credential, LoginName, Person
from learnapp.domain.people import check_password
from learnapp.domain.permissions import Actor
from learnapp.services import activation, audit


def set_language(session: Session, person_id: int, language: str) -> None:
    """The language of every page the person sees."""
    session.get_one(Person, person_id).language = language


def set_text_size(session: Session, person_id: int, size: str) -> None:
    """One of the sizes 1, 1.25 and 1.5, as text."""
    session.get_one(Person, person_id).text_size = size


def password_of(session: Session, person_id: int) -> tuple[str | None, list[str]]:
    """The stored hash and the person's login names, which no password may be."""
    credential = session.get(Credential, person_id)
    names = session.scalars(select(LoginName.name).where(LoginName.person_id == person_id))
    return (credential.password_hash if credential else None), list(names)


def checked_password(password: str, login_names: list[str]) -> str:
    """The password, if it may be one. Raises RuleBroken("password", …)."""
    check_password(password, login_names)
    return password


def change_password(session: Session, actor: Actor, now: datetime, password_hash: str) -> None:
    """Store the new hash; every session of the person ends."""
    assert actor.person_id is not None
    activation.set_password(session, now, actor.person_id, password_hash)
    audit.record(session, actor, now, "password.changed", ("person", actor.person_id))
