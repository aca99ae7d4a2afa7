"""One-time codes: how a person gets a password for the first time, or again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from learnapp.db.accounts import access as access_queries
from learnapp.db.accounts.models import ActivationCode, Credential
from learnapp.db.core.bulk import insert_rows, new_ids
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import rows_changed
from learnapp.db.operations import audit_log
from learnapp.db.people.identity import login_names_of
from learnapp.domain.accounts.codes import CODE_LENGTH
from learnapp.domain.accounts.passwords import LAST_PASSWORDS, check_password
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.people.names import clean_code
from learnapp.services.accounts import access, password_rules

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are mistaken for one another on paper


def _digest(code: str) -> bytes:
    return hashlib.sha256(clean_code(code).encode()).digest()


def _new_code() -> str:
    """Twelve characters in three groups: 59 bits, one guess in 10^17."""
    number, letters = secrets.randbelow(len(_ALPHABET) ** 12), []
    for _ in range(12):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "-".join("".join(letters[i : i + 4]) for i in (0, 4, 8))


@dataclass(frozen=True)
class Issued:
    """A person's new code and the row that stores its hash."""

    code_id: int
    code: str


def issue(caller: Caller, person_ids: Collection[int]) -> dict[int, str]:
    """A new code for each person; the caller has checked the reach.

    At once older codes, every session and the present password end: anyone who knew it is out.
    """
    made = issue_rows(caller, person_ids)
    return {person_id: each.code for person_id, each in made.items()}


def issue_rows(caller: Caller, person_ids: Collection[int]) -> dict[int, Issued]:
    """The same, with the row of each code; some statements a thousand people."""
    session, now = caller.session, caller.now
    access_queries.end_codes(session, person_ids, now)
    access_queries.end_sessions(session, person_ids, now)
    access_queries.forget_passwords(session, person_ids)
    codes = {person_id: _new_code() for person_id in person_ids}
    if not codes:
        return {}
    ids = dict(zip(codes, new_ids(session, ActivationCode, len(codes)), strict=True))
    rows = [
        {
            "id": ids[person_id],
            "person_id": person_id,
            "code_sha256": hashlib.sha256(code.replace("-", "").encode()).digest(),
            "issued_at": now,
            "issued_by": caller.actor.person_id,
            "expires_at": now + CODE_LENGTH,
        }
        for person_id, code in codes.items()
    ]
    insert_rows(session, ActivationCode, rows)
    audit_log.record_each(caller, "person.code_issued", "person", list(codes))
    return {person_id: Issued(ids[person_id], code) for person_id, code in codes.items()}


def must_issue_to(caller: Caller, person_id: int) -> None:
    """Refuse a person to whom the actor may issue no code.

    Raises Conflict("person_disabled") besides the refusals of access.reach_to_change.
    """
    person = access.reach_to_change(caller, Permission.PEOPLE_ACTIVATE, person_id)
    if person.disabled_at is not None:
        raise Conflict("person_disabled")


def issue_again(caller: Caller, person_id: int) -> str:
    """A new code for one person within reach: a forgotten password, or a lost code.

    Raises as `must_issue_to`.
    """
    must_issue_to(caller, person_id)
    return issue(caller, [person_id])[person_id]


def holder(session: Session, code: str, now: datetime) -> tuple[int, str, list[str]]:
    """Whose code it is: (person id, name, login names). Raises NotFound("code_unknown")."""
    person = access_queries.holder_of_code(session, _digest(code), now)
    if person is None:
        raise NotFound("code_unknown")
    return person.id, person.name, login_names_of(session, person.id)


def activate(session: Session, now: datetime, code: str, password: str, password_hash: str) -> int:
    """Use the code up and set the password; every older session ends. The person's id.

    `password_hash` was made, and the last passwords were looked at, outside the transaction.
    Raises NotFound for a code that is unknown, over or used, RuleBroken("password", …), Conflict
    when it was used in the same instant, and "password_closed".
    """
    person_id, _, names = holder(session, code, now)
    check_password(password, names)
    password_rules.must_be_open(session, person_id, now)
    use_up(session, code, now)
    set_password(session, now, person_id, password_hash)
    audit_log.record(
        Caller(session, Actor(person_id), now), "person.activated", ("person", person_id)
    )
    return person_id


def use_up(session: Session, code: str, now: datetime) -> None:
    """Use a code up. Raises Conflict("code_used") when it was used in the same instant."""
    used = rows_changed(
        session,
        update(ActivationCode)
        .where(ActivationCode.code_sha256 == _digest(code), ActivationCode.used_at.is_(None))
        .values(used_at=now),
    )
    if used != 1:
        raise Conflict("code_used")


def set_password(session: Session, now: datetime, person_id: int, password_hash: str) -> None:
    """Store the hash; sessions opened with an older password end."""
    credential = session.get(Credential, person_id)
    if credential is None:
        session.add(Credential(person_id=person_id, password_hash=password_hash, changed_at=now))
    else:
        credential.password_hash, credential.changed_at = password_hash, now
    access_queries.end_sessions(session, [person_id], now)
    access_queries.keep_hash(session, person_id, password_hash, now, LAST_PASSWORDS)
