"""Named queries of signing in: whose login name it is, their password, and which sign-ins still hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, LargeBinary, String, bindparam, select, update
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential, SignIn
from learnapp.db.core.base import Instant
from learnapp.db.core.compiled_statements import Prepared, PreparedChange, values_of
from learnapp.db.core.statements import AnySelect, rows_changed
from learnapp.db.people.models import LoginName, Person
from learnapp.domain.accounts.second_factor import PENDING
from learnapp.domain.accounts.session_policy import SessionUse


def sign_in_that_holds(*columns: Any) -> AnySelect:
    """These columns of the sign-in whose token has the bound `digest`, if it is neither revoked
    nor over at the bound `now`, and no second factor is wanting."""
    return _sign_in_of(*columns).where(*(SignIn.second != each for each in sorted(PENDING)))


def _sign_in_of(*columns: Any) -> AnySelect:
    """The same, also where a second factor is wanting."""
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


class SignedIn(NamedTuple):
    """Who a session belongs to, with what every page needs to know of them."""

    sign_in_id: int
    person_id: int
    name: str
    language: str
    text_size: str
    theme: str
    expires_at: datetime
    last_used_at: datetime | None
    idle_s: int | None
    kept_until: datetime | None
    second: str
    second_at: datetime | None

    @property
    def use(self) -> SessionUse:
        """How it was used, and what ends it."""
        idle = None if self.idle_s is None else timedelta(seconds=self.idle_s)
        return SessionUse(self.last_used_at, idle, self.kept_until)


_WHO = Prepared(
    SignedIn,
    lambda _: _sign_in_of(
        SignIn.id.label("sign_in_id"),
        Person.id.label("person_id"),
        Person.name,
        Person.language,
        Person.text_size,
        Person.theme,
        SignIn.expires_at,
        SignIn.last_used_at,
        SignIn.idle_s,
        SignIn.kept_until,
        SignIn.second,
        SignIn.second_at,
    ),
)


def who(session: Session, digest: bytes, now: datetime) -> SignedIn | None:
    """The sign-in with its person, or None. One statement."""
    found = _WHO.rows(session, digest=digest, now=now)
    return found[0] if found else None


class NamedAccount(NamedTuple):
    """Who may sign in by a name; without a hash before activation."""

    person_id: int
    password_hash: str | None


_NAMED = Prepared(
    NamedAccount,
    lambda _: (
        select(Person.id.label("person_id"), Credential.password_hash)
        .join(LoginName, LoginName.person_id == Person.id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(
            LoginName.name == bindparam("login", type_=String()),
            LoginName.valid_to.is_(None),
            Person.retired_at.is_(None),
            Person.disabled_at.is_(None),
        )
    ),
)


def account_named(session: Session, login: str) -> NamedAccount | None:
    """The account of this login name, unless its person has retired or is disabled."""
    found = _NAMED.rows(session, login=login)
    return found[0] if found else None


class _Hash(NamedTuple):
    password_hash: str


_PASSWORD = Prepared(
    _Hash,
    lambda _: (
        select(Credential.password_hash)
        .join(Person, Person.id == Credential.person_id)
        .where(
            Person.id == bindparam("person_id", type_=BigInteger()),
            Person.retired_at.is_(None),
            Person.disabled_at.is_(None),
        )
    ),
)


def password_hash_of(session: Session, person_id: int | None) -> str | None:
    """The password of a person as it is stored, unless they have retired or are disabled."""
    found = _PASSWORD.rows(session, person_id=person_id)
    return found[0].password_hash if found else None


_OPEN = PreparedChange(lambda insert: insert(SignIn).values(values_of(SignIn)))


_UNSAID = dict.fromkeys(("revoked_at", "idle_s", "kept_until", "second_at")) | {"second": "none"}


def open_session(session: Session, **values: Any) -> None:
    """Store a signed-in session, given by its columns."""
    _OPEN.run(session, **_UNSAID | values)


def end_oldest(session: Session, person_id: int, now: datetime, stay: int) -> int:
    """End the person's live sessions but the newest so many; how many were ended."""
    live = (SignIn.person_id == person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    newest = select(SignIn.id).where(*live).order_by(SignIn.id.desc()).limit(stay)
    ended = update(SignIn).where(*live, SignIn.id.not_in(newest)).values(revoked_at=now)
    return rows_changed(session, ended)


def sessions_of(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """The person's live sessions, newest first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.person_id == person_id,
                SignIn.revoked_at.is_(None),
                SignIn.expires_at > now,
            )
            .order_by(SignIn.created_at.desc())
        )
    )


def carry_over(session: Session, since: datetime, to: datetime) -> None:
    """Let the sessions that hold at an instant hold as long after a later one: the clock of a
    demonstration was moved, and nobody was away for so long."""
    holding = (SignIn.revoked_at.is_(None), SignIn.expires_at > since)
    for row in session.scalars(select(SignIn).where(*holding)):
        row.expires_at += to - since
        if row.last_used_at is not None:
            row.last_used_at += to - since
    session.flush()
