"""Signing in and out: two transactions round one hash, tries counted, sessions in a table."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from learnapp.db.accounts import sign_in_facts, sign_ins, throttles
from learnapp.db.accounts.models import Credential, SignIn
from learnapp.db.accounts.sign_in_facts import SignInFacts
from learnapp.db.accounts.sign_ins import SignedIn
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import rows_changed
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import grants_of
from learnapp.domain.accounts.lockout import (
    MOST_AT_OLD_PASSWORD,
    WINDOW,
    Tries,
    wait_for,
)
from learnapp.domain.accounts.second_factor import state_at_sign_in
from learnapp.domain.accounts.session_policy import policy_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.people.people import clean_login_name

KNOWN_FOR = timedelta(days=180)  # how long a device or an address is remembered as the account's


@dataclass(frozen=True)
class Visitor:
    """Where somebody tries to sign in from; `device` is the token that an earlier sign-in left.

    `address` is what tries are counted by: of IPv6 the network. `shown` is the address itself, for the
    person's list of sessions.
    """

    address: str
    device: str | None = None
    shown: str | None = None
    shared: bool = False  # others use the device too


@dataclass(frozen=True)
class Try:
    """A try, counted before its password is checked; given back if that is right.

    `wait` is how long none is looked at: then nothing was counted and nothing is to be checked.
    """

    person_id: int | None
    password_hash: str | None
    wait: timedelta | None
    keys: tuple[str, ...]
    counted_at: datetime


def digest(token: str) -> bytes:
    """What the table of sessions holds of a token."""
    return hashlib.sha256(token.encode()).digest()


def _key(*parts: str) -> str:
    """A counter's name: a hash, so that the table names nobody."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def begin(session: Session, raw_login: str, visitor: Visitor, now: datetime) -> Try:
    """First half: count the try, so that a hundred at once are not looked at as one.

    Reveals nothing about whether there is such an account.
    """
    try:
        login = clean_login_name(raw_login)
    except RuleBroken:
        login = "?" + raw_login[:64]
    account = sign_ins.account_named(session, login)
    person_id = None if account is None else account.person_id
    password_hash = None if account is None else account.password_hash
    pair, everywhere = _key("here", login, visitor.address), _key("anywhere", login)
    address, everyone = _key("address", visitor.address), _key("all")
    device = _key("device", login, visitor.device or "")
    throttles.lock(session, (pair, device), now)
    counted = throttles.counted(session, (pair, everywhere, device, address, everyone), now)
    here = counted[pair].lately
    tries = Tries(
        *_known(session, person_id, visitor, now),
        by_device=counted[device].lately,
        here=here,
        anywhere=counted[everywhere].in_a_day,
        last_at=counted[everywhere].last_at,
        at_address=counted[address].lately,
        in_all=counted[everyone].lately,
    )
    wait = wait_for(tries, now)
    if wait is not None:
        return Try(None, None, wait, (), now)
    if tries.known_device:
        keys: tuple[str, ...] = (device,)
    elif tries.known_address:
        keys = (pair,)
    else:
        keys = (pair, everywhere) if here else (pair, everywhere, address, everyone)
    throttles.count(session, keys, now)
    return Try(person_id, password_hash, None, keys, now)


def _known(
    session: Session, person_id: int | None, visitor: Visitor, now: datetime
) -> tuple[bool, bool]:
    """Whether the account signed in on this device, and from this address, before."""
    if person_id is None:
        return False, False
    device = digest(visitor.device) if visitor.device else None
    return throttles.known(session, person_id, now - KNOWN_FOR, device, digest(visitor.address))


def begin_old_password(session: Session, person_id: int, now: datetime) -> Try:
    """The same for the old password that a change asks of somebody signed in."""
    key = _key("old password", str(person_id))
    throttles.lock(session, (key,), now)
    if throttles.counted(session, (key,), now)[key].lately >= MOST_AT_OLD_PASSWORD:
        return Try(None, None, WINDOW, (), now)
    throttles.count(session, (key,), now)
    credential = session.get(Credential, person_id)
    return Try(person_id, credential.password_hash if credential else None, None, (key,), now)


def was_right(session: Session, tried: Try) -> None:
    """A right password is no try at guessing: what was counted is given back."""
    throttles.give_back(session, tried.keys, tried.counted_at)


def note_refused(session: Session, tried: Try, now: datetime) -> None:
    """Record a try by a wrong password; whose account it was, where there is one of that name."""
    caller = Caller(session, SYSTEM, now)
    audit_log.record_refused(caller, "person.sign_in_refused", ("person", tried.person_id))


def note_closed(session: Session, person_id: int, now: datetime) -> None:
    """Record that somebody with the right password of ours was refused, for their unit has closed them."""
    caller = Caller(session, SYSTEM, now)
    audit_log.record_refused(caller, "password.refused", ("person", person_id))


def may_enter(session: Session, tried: Try) -> bool:
    """Whether the account is still as it was when its password was checked."""
    held = sign_ins.password_hash_of(session, tried.person_id)
    return held is not None and held == tried.password_hash


@dataclass(frozen=True)
class Opened:
    """A session that was opened: its token, which is returned once, and what was known before."""

    token: str
    facts: SignInFacts


def succeed(
    session: Session, person_id: int, device: str, now: datetime, visitor: Visitor | None = None
) -> Opened:
    """Second half after the right password: open a session, and end the oldest beyond those allowed."""
    token = secrets.token_urlsafe(32)
    known = visitor.device if visitor is not None else None
    facts = sign_in_facts.facts_of(session, person_id, now, local_day(now))
    policy = policy_of(facts.policy)
    limits = policy.limits(facts.is_staff, visitor is not None and visitor.shared)
    if facts.live >= policy.most_parallel:
        sign_ins.end_oldest(session, person_id, now, policy.most_parallel - 1)
    sign_ins.open_session(
        session,
        token_sha256=digest(token),
        person_id=person_id,
        created_at=now,
        expires_at=now + limits.length,
        last_used_at=now,
        last_address=visitor.shown[:45] if visitor is not None and visitor.shown else None,
        device=device[:60],
        address_sha256=digest(visitor.address) if visitor is not None else None,
        device_sha256=digest(known) if known else None,
        idle_s=None if limits.idle is None else int(limits.idle.total_seconds()),
        second=state_at_sign_in(facts.has_factor, _is_required(session, person_id, facts, now)),
    )
    audit_log.record(
        Caller(session, Actor(person_id), now), "person.signed_in", ("person", person_id)
    )
    return Opened(token, facts)


def _is_required(session: Session, person_id: int, facts: SignInFacts, now: datetime) -> bool:
    """Whether a role of the person asks for a second factor."""
    if not facts.second_roles or not facts.is_staff:
        return False
    held = grants_of(session, person_id, local_day(now))
    return any(each.role in facts.second_roles for each in held)


def who(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whose session it is, if it is neither revoked nor over nor was idle for too long. One statement."""
    found = sign_ins.who(session, digest(token), now)
    return None if found is None or found.use.is_over(now) else found


def keep_until(session: Session, who: SignedIn, until: datetime) -> bool:
    """Let a session last at least that long, used or not: no login wall in the middle of a test.

    False, with nothing written, for one that does so anyhow.
    """
    ends = who.use.ends_at()
    if who.expires_at >= until and (ends is None or ends >= until):
        return False
    session.execute(
        update(SignIn)
        .where(SignIn.id == who.sign_in_id)
        .values(expires_at=max(who.expires_at, until), kept_until=until)
    )
    return True


def revoke(caller: Caller, sign_in_id: int | None = None) -> int:
    """End one of the person's sessions, or all of them; how many were ended."""
    ended = rows_changed(
        caller.session,
        update(SignIn)
        .where(
            SignIn.person_id == caller.actor.person_id,
            SignIn.revoked_at.is_(None),
            *([] if sign_in_id is None else [SignIn.id == sign_in_id]),
        )
        .values(revoked_at=caller.now),
    )
    if ended:
        person_id = caller.actor.own_id()
        audit_log.record(caller, "person.signed_out", ("person", person_id), sessions=ended)
    return int(ended)


def revoke_others(caller: Caller, own_sign_in_id: int) -> int:
    """End every session of the person but the one they use; how many were ended."""
    ended = rows_changed(
        caller.session,
        update(SignIn)
        .where(
            SignIn.person_id == caller.actor.person_id,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > caller.now,
            SignIn.id != own_sign_in_id,
        )
        .values(revoked_at=caller.now),
    )
    if ended:
        audit_log.record(
            caller, "person.signed_out", ("person", caller.actor.person_id), sessions=ended
        )
    return int(ended)


def used(session: Session, who: SignedIn, now: datetime, address: str) -> None:
    """Note when and from where a session was last used; nothing when that was noted just before."""
    if not who.use.wants_noting(now, posted=True):
        return
    session.execute(
        update(SignIn)
        .where(
            SignIn.id == who.sign_in_id,
            or_(SignIn.last_used_at.is_(None), SignIn.last_used_at <= now),
        )
        .values(last_used_at=now, last_address=address[:45])
    )
