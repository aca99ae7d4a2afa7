"""Passwords: Argon2id hashes of OWASP's minimum, about 16 ms each; what each person's may not be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from learnapp.db.accounts import access
from learnapp.db.people import history
from learnapp.domain.accounts.passwords import check_password
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.pinyin import syllables

# Of OWASP's settings of one strength the one that costs a busy server least. Hashes from before it
# (19 MiB, two passes) are as strong and stay: each says itself how it was made. See ADR 0016.
_HASHER = PasswordHasher(time_cost=5, memory_cost=7 * 1024, parallelism=1)
_FORMER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SYLLABLES = 5  # of a unit's name that somebody types in a row


@dataclass(frozen=True)
class Against:
    """What a new password of a person is held against; read first, checked outside a transaction."""

    words: tuple[str, ...]
    last: tuple[str, ...]


def hash_password(password: str) -> str:
    """The hash to store. Costs what it must: never call it inside a write transaction."""
    return _HASHER.hash(password)


def verify_password(stored: str | None, password: str, login: str = "") -> bool:
    """Whether the password is the one. Where nothing is stored for the login name, it takes as long
    as for one account or another: the time tells nobody which names there are.

    Never call it inside a write transaction.
    """
    try:
        return _HASHER.verify(stored or nobodys_hash(login), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def nobodys_hash(login: str) -> str:
    """The hash that is checked for a name without an account: always the same for one name, made in
    one of the two ways in which those of accounts were made."""
    return _nobodys(hashlib.sha256(login.encode()).digest()[0] % 2 == 0)


@lru_cache(maxsize=2)
def _nobodys(former: bool) -> str:
    return (_FORMER if former else _HASHER).hash("nobody signs in with this")


def against(session: Session, person_id: int) -> Against:
    """What the person's next password may be neither made of nor equal to."""
    logins = [each.name for each in history.logins_over_time(session, person_id)]
    words = words_of(access.names_around(session, person_id))
    return Against((*logins, *words), tuple(access.hashes_of(session, person_id)))


def words_of(names: Iterable[str]) -> tuple[str, ...]:
    """Each run of characters of the names, as written and in pinyin: 云岭, yunling, yl."""
    found: dict[str, None] = {}
    for name in names:
        spelt = syllables(name)
        for start in range(len(spelt)):
            for end in range(start + 1, min(start + _SYLLABLES, len(spelt)) + 1):
                part = spelt[start:end]
                found[name[start:end]] = None
                found["".join(part)] = None
                found["".join(each[:1] for each in part)] = None
    return tuple(word for word in found if len(word) > 1)


def refuse_bad(password: str, held: Against) -> None:
    """Raise RuleBroken("password", …) for what cannot be the person's next password.

    Verifies as many hashes as are stored: never call it inside a transaction.
    """
    check_password(password, held.words)
    if any(verify_password(stored, password) for stored in held.last):
        raise RuleBroken("password", "password_used")
