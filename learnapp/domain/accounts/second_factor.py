"""The second factor: a code that changes every half minute (TOTP, RFC 6238), and codes for its loss."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

RECOVERY_CODES = 10
# A proof is good for deeds that cannot be taken back for so long.
FRESH_FOR = timedelta(minutes=10)
# Clocks of phones are off by some seconds: the step before and the one after count too.
_AROUND = (-1, 0, 1)
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH, _FORMER_LENGTH = 24, 10  # characters of a recovery code; earlier ones stay good


class SecondState(StrEnum):
    """What a sign-in still needs."""

    NONE = "none"  # nothing: the person has no second factor and needs none
    WANTED = "wanted"  # its code
    ENROL = "enrol"  # a role asks for one, and the person has none yet
    DONE = "done"


PENDING = frozenset({SecondState.WANTED, SecondState.ENROL})


def state_at_sign_in(has_factor: bool, required: bool) -> SecondState:
    """What a sign-in by password needs."""
    if has_factor:
        return SecondState.WANTED
    return SecondState.ENROL if required else SecondState.NONE


def is_fresh(proven_at: datetime | None, now: datetime) -> bool:
    """Whether a proof is new enough for a deed that cannot be taken back."""
    return proven_at is not None and now - proven_at < FRESH_FOR


def new_secret() -> str:
    """A secret of 160 bits in base 32, as the apps take it."""
    return pyotp.random_base32()


def address_of(secret: str, login: str, issuer: str) -> str:
    """The otpauth address that a phone reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step of half minutes whose code was given; None for a wrong code, and for one of a step that
    was used: a code that was watched is worth nothing."""
    plain = "".join(code.split())
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // totp.interval
    found = None
    for each in (step + around for around in _AROUND):
        same = hmac.compare_digest(totp.generate_otp(each).encode(), plain.encode())
        if same and each > last_step:
            found = each
    return found


def new_recovery_code() -> str:
    """A code of 24 characters in groups of four: 117 bits, of which a plain hash may be stored (ASVS
    6.5.2 asks for 112)."""
    return _grouped("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)), 4)


def clean_recovery_code(text: str) -> str:
    """A recovery code as it was made, however it was typed."""
    plain = "".join(each for each in text.lower() if each in _ALPHABET)
    return _grouped(plain, 5 if len(plain) == _FORMER_LENGTH else 4)


def _grouped(text: str, size: int) -> str:
    return "-".join(text[at : at + size] for at in range(0, len(text), size))
