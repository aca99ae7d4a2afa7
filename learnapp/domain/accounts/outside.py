"""Identities of outside: what a provider proved about somebody, and what an account asks for besides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from learnapp.domain.accounts.certificates import label_of

# How long somebody has to come back from a provider, and to confirm the account after that.
PENDING_FOR = timedelta(minutes=10)
_LONGEST_LABEL = 200


class IdentityKind(StrEnum):
    """How somebody is proven to be who they are outside; the kind is part of the key of a link."""

    CERTIFICATE = "certificate"
    OIDC = "oidc"
    LDAP = "ldap"
    WECOM = "wecom"


class Confirmation(StrEnum):
    """What links an account for the first time: its own password or one-time code, or the name alone
    where the office assigns the login names of the provider."""

    PASSWORD = "password"
    NAME = "name"


@dataclass(frozen=True)
class Proven:
    """Somebody as a provider knows them.

    `source` is who proved it (an issuer, a directory, a corporation), `subject` its unchanging key of the
    person, `login` their login name there, `label` what the person recognises. `is_strong`: proven by
    two factors.
    """

    kind: IdentityKind
    source: str
    subject: str
    login: str
    label: str
    is_strong: bool = False

    def digest(self) -> bytes:
        """SHA-256 of source and subject: what is stored, so that the table names nobody."""
        text = f"{self.source}\0{self.subject}" if self.source else self.subject
        return hashlib.sha256(text.encode()).digest()


def by_certificate(subject: str) -> Proven:
    """The identity of a certificate's subject; a key on a card with a PIN is two factors."""
    return Proven(IdentityKind.CERTIFICATE, "", subject, "", label_of(subject), is_strong=True)


def shown(login: str, name: str) -> str:
    """The label of an identity: its name with its login name."""
    return (f"{name}（{login}）" if name and name != login else login)[:_LONGEST_LABEL]


def is_late(began_at: datetime, now: datetime) -> bool:
    """Whether what began then is over; also where the clock was put back."""
    return not began_at <= now < began_at + PENDING_FOR
