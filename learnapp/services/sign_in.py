"""Signing in and out: two transactions round one hash, lockout per account, sessions in a table."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from learnapp.db import sign_ins
from learnapp.db.base import total
from learnapp.db.insert import insert_if_new
from learnapp.db.people import Credential, LoginName, Person, SignIn, Throttle
from learnapp.domain.errors import RuleBroken
from learnapp.domain.people import clean_login_name
from learnapp.domain.permissions import Actor
from learnapp.services import audit

SESSION_LENGTH = timedelta(days=14)
USE_NOTED_EVERY = timedelta(minutes=10)
LOCK_WINDOW = timedelta(minutes=15)
# One guesser is stopped early; a colleague of the victim behind the same address only by the wide
# limit; and nobody else's account is touched by either (no limit is kept per address alone).
FAILURES_FROM_ONE_ADDRESS = 5
FAILURES_IN_ALL = 50


@dataclass(frozen=True)
class Candidate:
    """Who wants to sign in, as read before the hash is checked."""

    person_id: int | None
    password_hash: str | None
    locked: bool


@dataclass(frozen=True)
class SignedIn:
    """Who a session belongs to."""

    sign_in_id: int
    person_id: int
    name: str
    language: str
    text_size: str
    expires_at: datetime


def digest(token: str) -> bytes:
    """What the table of sessions holds of a token."""
    return hashlib.sha256(token.encode()).digest()


def _keys(login: str, address: str) -> tuple[str, str]:
    """Throttle keys: hashes, so that the table names nobody."""
    narrow = hashlib.sha256(f"{login}\0{address}".encode()).hexdigest()
    return narrow, hashlib.sha256(login.encode()).hexdigest()


def _period(now: datetime) -> datetime:
    length = int(LOCK_WINDOW.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // length * length, tz=now.tzinfo)


def find(session: Session, raw_login: str, address: str, now: datetime) -> Candidate:
    """First half, reading: the account and whether it is locked; tells nothing about existence."""
    try:
        login = clean_login_name(raw_login)
    except RuleBroken:
        return Candidate(None, None, locked=False)
    narrow, wide = _keys(login, address)
    failures = dict(
        session.execute(
            select(Throttle.key, total(Throttle.count))
            .where(Throttle.key.in_((narrow, wide)), Throttle.began_at >= _period(now))
            .group_by(Throttle.key)
        ).all()
    )
    locked = (
        failures.get(narrow, 0) >= FAILURES_FROM_ONE_ADDRESS
        or failures.get(wide, 0) >= FAILURES_IN_ALL
    )
    row = session.execute(
        select(Person.id, Credential.password_hash)
        .join(LoginName, LoginName.person_id == Person.id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(
            LoginName.name == login, LoginName.valid_to.is_(None), Person.retired_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return Candidate(None, None, locked)
    return Candidate(row.id, row.password_hash, locked)


def fail(session: Session, raw_login: str, address: str, now: datetime) -> None:
    """Second half after a wrong password: count it, returned and not raised, so that it is kept."""
    try:
        keys = _keys(clean_login_name(raw_login), address)
    except RuleBroken:
        return
    period = _period(now)
    for key in keys:
        session.execute(
            insert_if_new(session, Throttle).values(key=key, began_at=period, count=0)
        )
        session.execute(
            update(Throttle)
            .where(Throttle.key == key, Throttle.began_at == period)
            .values(count=Throttle.count + 1)
        )
    session.execute(delete(Throttle).where(Throttle.began_at < period - timedelta(days=1)))


def succeed(session: Session, person_id: int, device: str, now: datetime) -> str:
    """Second half after the right password: open a session; the token is told once."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_sha256=digest(token),
            person_id=person_id,
            created_at=now,
            expires_at=now + SESSION_LENGTH,
            device=device[:60],
        )
    )
    audit.record(session, Actor(person_id), now, "person.signed_in", ("person", person_id))
    return token


def who(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whose session it is, if it is neither revoked nor over. One statement."""
    found = sign_ins.who(session, digest(token), now)
    return None if found is None else SignedIn(*found)


def keep_until(session: Session, sign_in_id: int, until: datetime) -> None:
    """Let a session last at least that long: no login wall in the middle of a test."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.expires_at < until)
        .values(expires_at=until)
    )


def revoke(session: Session, actor: Actor, now: datetime, sign_in_id: int | None = None) -> int:
    """End one of the person's sessions, or all of them; how many were ended."""
    ended = session.execute(
        update(SignIn)
        .where(
            SignIn.person_id == actor.person_id,
            SignIn.revoked_at.is_(None),
            *([] if sign_in_id is None else [SignIn.id == sign_in_id]),
        )
        .values(revoked_at=now)
    ).rowcount
    if ended:
        assert actor.person_id is not None
        audit.record(
            session, actor, now, "person.signed_out", ("person", actor.person_id), sessions=ended
        )
    return int(ended)


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


def revoke_others(session: Session, actor: Actor, now: datetime, kept_id: int) -> int:
    """End every session of the person but the one they use; how many were ended."""
    assert actor.person_id is not None
    ended = session.execute(
        update(SignIn)
        .where(
            SignIn.person_id == actor.person_id,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > now,
            SignIn.id != kept_id,
        )
        .values(revoked_at=now)
    ).rowcount
    if ended:
        audit.record(
            session, actor, now, "person.signed_out", ("person", actor.person_id), sessions=ended
        )
    return int(ended)


def used(session: Session, sign_in_id: int, now: datetime, address: str) -> None:
    """Note when and from where a session was last used; at most one write in USE_NOTED_EVERY."""
    session.execute(
        update(SignIn)
        .where(
            SignIn.id == sign_in_id,
            or_(SignIn.last_used_at.is_(None), SignIn.last_used_at <= now - USE_NOTED_EVERY),
        )
        .values(last_used_at=now, last_address=address[:45])
    )
