"""Whether a sign-in still holds: the one condition, for anyone who asks it with a token's digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, bindparam, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn
from learnapp.db.core.base import Instant
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.statements import AnySelect
from learnapp.db.people.models import Person


def sign_in_that_holds(*columns: Any) -> AnySelect:
    """These columns of the sign-in whose token has the bound `digest`, if it is neither revoked
    nor over at the bound `now`."""
    return (
        select(*columns)
        .select_from(SignIn)
        .join(Person, Person.id == SignIn.person_id)
        .where(
            SignIn.token_sha256 == bindparam("digest", type_=LargeBinary(32)),
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > bindparam("now", type_=Instant()),
            Person.retired_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )


class SignInRow(NamedTuple):
    """A sign-in with what every page needs to know of its person."""

    id: int
    person_id: int
    name: str
    language: str
    text_size: str
    expires_at: datetime
    last_used_at: datetime


_WHO = Prepared(
    SignInRow,
    lambda _: sign_in_that_holds(
        SignIn.id,
        Person.id.label("person_id"),
        Person.name,
        Person.language,
        Person.text_size,
        SignIn.expires_at,
        SignIn.last_used_at,
    ),
)


def who(session: Session, digest: bytes, now: datetime) -> SignInRow | None:
    """The sign-in with its person, or None. One statement."""
    found = _WHO.rows(session, digest=digest, now=now)
    return found[0] if found else None
