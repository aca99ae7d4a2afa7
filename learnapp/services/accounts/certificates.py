"""Sign-in by a certificate: linked once by its person, who is signed in; no account is ever made by one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.accounts import outside_identities, second_factors
from learnapp.db.accounts.models import OutsideIdentity
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.domain.accounts.certificates import label_of
from learnapp.domain.core.errors import Conflict
from learnapp.services.accounts import sign_in
from learnapp.services.accounts.sign_in import Opened, Visitor

KIND = "certificate"


def linked(caller: Caller) -> list[OutsideIdentity]:
    """The caller's certificates."""
    return outside_identities.of_person(caller.session, caller.actor.own_id())


def link(caller: Caller, subject: str) -> bool:
    """Let the caller sign in by this certificate from now on; False where they do already.

    Raises Conflict("certificate_taken") where another person has linked it. Audited.
    """
    session, person_id = caller.session, caller.actor.own_id()
    digest = _digest(subject)
    if any(each.subject_sha256 == digest for each in linked(caller)):
        return False
    if outside_identities.is_linked(session, KIND, digest):
        raise Conflict("certificate_taken")
    session.add(
        OutsideIdentity(
            kind=KIND,
            subject_sha256=digest,
            label=label_of(subject),
            person_id=person_id,
            linked_at=caller.now,
        )
    )
    audit_log.record(caller, "certificate.linked", ("person", person_id))
    session.flush()
    return True


def unlink(caller: Caller, identity_id: int) -> bool:
    """End a link of the caller; False where there is none. Audited."""
    person_id = caller.actor.own_id()
    ended = outside_identities.end(caller.session, person_id, identity_id, caller.now)
    if ended:
        audit_log.record(caller, "certificate.unlinked", ("person", person_id))
    return ended


def enter(
    session: Session, subject: str, device: str, now: datetime, visitor: Visitor
) -> tuple[int, Opened] | None:
    """Open a session for whoever has linked the certificate; None for nobody.

    The certificate is a second factor by itself: no code is asked for.
    """
    person_id = outside_identities.holder(session, KIND, _digest(subject))
    if person_id is None:
        return None
    opened = sign_in.succeed(session, person_id, device, now, visitor)
    who = sign_in.who(session, opened.token, now)
    if who is None:
        return None
    second_factors.note_proven(session, who.sign_in_id, now)
    return person_id, opened


def _digest(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()
