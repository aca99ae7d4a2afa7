"""Sign-in by an identity of outside: linked once to an account that exists; none is ever made by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.accounts import access, outside_identities, second_factors, sign_ins
from learnapp.db.accounts.models import OutsideIdentity
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.models import Person
from learnapp.domain.accounts.outside import IdentityKind, Proven
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.people.people import clean_login_name
from learnapp.services.accounts import activation, sign_in
from learnapp.services.accounts.sign_in import Opened, Visitor


@dataclass(frozen=True)
class AccountFound:
    """The account whose login name a provider gave, and which is not linked yet."""

    person_id: int
    login: str
    name: str
    units: list[str]
    password_hash: str | None


def linked(caller: Caller) -> list[OutsideIdentity]:
    """The caller's identities."""
    return outside_identities.of_person(caller.session, caller.actor.own_id())


def link(caller: Caller, proven: Proven) -> bool:
    """Let the caller sign in by this identity from now on; False where they do already.

    Raises Conflict("identity_taken") where another person has linked it. Audited.
    """
    session, person_id = caller.session, caller.actor.own_id()
    digest = proven.digest()
    if any((each.kind, each.subject_sha256) == (proven.kind, digest) for each in linked(caller)):
        return False
    if outside_identities.is_linked(session, proven.kind, digest):
        raise Conflict("identity_taken")
    session.add(
        OutsideIdentity(
            kind=proven.kind,
            subject_sha256=digest,
            label=proven.label,
            person_id=person_id,
            linked_at=caller.now,
        )
    )
    about = {"identity": str(proven.kind)}
    audit_log.record(caller, "identity.linked", ("person", person_id), **about)
    session.flush()
    return True


def unlink(caller: Caller, identity_id: int) -> bool:
    """End a link of the caller; False where there is none. Audited."""
    person_id = caller.actor.own_id()
    ended = outside_identities.end(caller.session, person_id, identity_id, caller.now)
    if ended:
        audit_log.record(caller, "identity.unlinked", ("person", person_id))
    return ended


def enter(
    session: Session, proven: Proven, device: str, now: datetime, visitor: Visitor
) -> tuple[int, Opened] | None:
    """Open a session for whoever has linked the identity; None for nobody.

    One that was proven by two factors is a second factor by itself: no code is asked for.
    """
    person_id = outside_identities.holder(session, proven.kind, proven.digest())
    if person_id is None:
        return None
    opened = sign_in.succeed(session, person_id, device, now, visitor)
    who = sign_in.who(session, opened.token, now)
    if who is None:
        return None
    if proven.is_strong:
        second_factors.note_proven(session, who.sign_in_id, now)
    return person_id, opened


def candidate(session: Session, proven: Proven, now: datetime) -> AccountFound | None:
    """The account that has the identity's login name; None where nobody has, where its person may not
    sign in, and where the identity is linked already, to whomever."""
    try:
        login = clean_login_name(proven.login)
    except RuleBroken:
        return None
    if outside_identities.is_linked(session, proven.kind, proven.digest()):
        return None
    account = sign_ins.account_named(session, login)
    if account is None:
        return None
    person = session.get_one(Person, account.person_id)
    units = access.units_listed(session, person.id, local_day(now))
    return AccountFound(person.id, login, person.name, units, account.password_hash)


def link_by_code(session: Session, proven: Proven, code: str, now: datetime) -> int:
    """Link the account of the identity's login name by its one-time code, which is used up; its person.

    Raises NotFound("code_unknown") for a code of anybody else, too.
    """
    found = candidate(session, proven, now)
    if found is None or activation.holder(session, code, now)[0] != found.person_id:
        raise NotFound("code_unknown")
    activation.use_up(session, code, now)
    link(Caller(session, Actor(found.person_id), now), proven)
    return found.person_id


def note_unknown(session: Session, kind: IdentityKind, now: datetime) -> None:
    """Record that a provider proved somebody for whom there is no account."""
    about = {"identity": str(kind)}
    audit_log.record_refused(
        Caller(session, SYSTEM, now), "identity.refused", ("person", None), **about
    )
