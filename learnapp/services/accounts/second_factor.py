"""The second factor of a person: set up, proven at sign-in and before what cannot be taken back, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from learnapp.db.accounts import second_factors, throttles
from learnapp.db.accounts.models import SecondFactor
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.operations import audit_log
from learnapp.db.operations.models import Setting
from learnapp.domain.accounts import second_factor as rules
from learnapp.domain.accounts.lockout import MOST_AT_OLD_PASSWORD, WINDOW
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Role


@dataclass(frozen=True)
class FactorStatus:
    """How it is with a person: confirmed or not, the secret while it is being set up, codes left."""

    confirmed: bool
    secret: str | None
    codes_left: int


def status(caller: Caller, seal: Seal) -> FactorStatus:
    """The caller's own."""
    person_id = caller.actor.own_id()
    row = second_factors.of_person(caller.session, person_id)
    if row is None:
        return FactorStatus(False, None, 0)
    if row.confirmed_at is None:
        return FactorStatus(False, _open(seal, row), 0)
    return FactorStatus(True, None, second_factors.codes_left(caller.session, person_id))


def is_signed_in_lately(caller: Caller, sign_in_id: int) -> bool:
    """Whether the sign-in is as new as a proof that is good for what cannot be taken back. Who has no
    second factor yet proves by nothing else who they are."""
    opened_at = second_factors.signed_in_at(caller.session, sign_in_id)
    return rules.is_fresh(opened_at, caller.now)


def begin(caller: Caller, seal: Seal) -> None:
    """Make a secret that waits for its first code; one that waits already stays.

    Raises Conflict("second_factor_set") where there is a confirmed one.
    """
    session, person_id = caller.session, caller.actor.own_id()
    row = second_factors.of_person(session, person_id, to_change=True)
    if row is not None and row.confirmed_at is not None:
        raise Conflict("second_factor_set")
    if row is None:
        sealed = seal.close(rules.new_secret(), _about(person_id))
        session.add(SecondFactor(person_id=person_id, sealed=sealed, last_step=0))
        session.flush()


def confirm(caller: Caller, seal: Seal, sign_in_id: int, code: str) -> list[str] | None:
    """Confirm what was begun by its first code: the recovery codes, which are shown once. None for a
    wrong code, and where nothing waits."""
    session, person_id = caller.session, caller.actor.own_id()
    row = second_factors.of_person(session, person_id, to_change=True)
    if row is None or row.confirmed_at is not None or not _matches(row, seal, caller, code):
        return None
    row.confirmed_at = caller.now
    codes = _new_codes(caller)
    second_factors.note_proven(session, sign_in_id, caller.now)
    audit_log.record(caller, "second_factor.set", ("person", person_id))
    session.flush()
    return codes


def new_codes(caller: Caller) -> list[str]:
    """Further recovery codes instead of those the person had."""
    codes = _new_codes(caller)
    audit_log.record(caller, "second_factor.codes_made", ("person", caller.actor.own_id()))
    return codes


def wait_before(caller: Caller) -> timedelta | None:
    """Count a try; how long until the next is looked at, None when this one is."""
    key = _key(caller.actor.own_id())
    throttles.lock(caller.session, (key,), caller.now)
    counted = throttles.counted(caller.session, (key,), caller.now)
    if counted[key].lately >= MOST_AT_OLD_PASSWORD:
        return WINDOW
    throttles.count(caller.session, (key,), caller.now)
    return None


def prove(caller: Caller, seal: Seal, sign_in_id: int, code: str) -> bool:
    """Whether the code is right, of the phone or one for its loss: then the sign-in has it proven, and
    the try that was counted is given back. A wrong one is recorded."""
    session, person_id = caller.session, caller.actor.own_id()
    row = second_factors.of_person(session, person_id, to_change=True)
    subject = ("person", person_id)
    by_phone = row is not None and bool(row.confirmed_at) and _matches(row, seal, caller, code)
    digest = _digest(rules.clean_recovery_code(code))
    if not by_phone:
        if not second_factors.use_code(session, person_id, digest, caller.now):
            audit_log.record_refused(caller, "second_factor.refused", subject)
            return False
        audit_log.record(caller, "second_factor.code_used", subject)
    second_factors.note_proven(session, sign_in_id, caller.now)
    throttles.give_back(session, (_key(person_id),), caller.now)
    session.flush()
    return True


def remove(caller: Caller) -> bool:
    """Remove the caller's own; False when there is none."""
    return forget(caller, caller.actor.own_id())


def forget(caller: Caller, person_id: int) -> bool:
    """Remove a person's, whose phone is lost with all codes: asked for on the server alone."""
    removed = second_factors.forget(caller.session, person_id)
    if removed:
        audit_log.record(caller, "second_factor.removed", ("person", person_id))
    return removed


def require(caller: Caller, roles: Collection[Role]) -> None:
    """Require it of these roles, and of no others, from the next sign-in on. Audited."""
    wanted = sorted(roles)
    row = caller.session.get(Setting, second_factors.ROLES)
    if row is None:
        caller.session.add(Setting(name=second_factors.ROLES, value=wanted))
    else:
        row.value = wanted
    about = {"name": second_factors.ROLES, "value": ", ".join(wanted) or "-"}
    audit_log.record(caller, "policy.set", ("house", None), **about)
    caller.session.flush()


def required_roles(session: Session) -> list[str]:
    """For which roles it is required."""
    return second_factors.required_roles(session)


def _matches(row: SecondFactor, seal: Seal, caller: Caller, code: str) -> bool:
    secret = _open(seal, row)
    step = secret and rules.matching_step(secret, code, caller.now, row.last_step)
    if not step:
        return False
    row.last_step = step
    return True


def _new_codes(caller: Caller) -> list[str]:
    codes = [rules.new_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    person_id = caller.actor.own_id()
    second_factors.replace_codes(
        caller.session, person_id, [_digest(each) for each in codes], caller.now
    )
    return codes


def _open(seal: Seal, row: SecondFactor) -> str | None:
    return seal.open(row.sealed, _about(row.person_id))


def _about(person_id: int) -> str:
    return f"second factor {person_id}"


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _key(person_id: int) -> str:
    return hashlib.sha256(f"second factor\0{person_id}".encode()).hexdigest()
