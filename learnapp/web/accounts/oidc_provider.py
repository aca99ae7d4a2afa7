"""An OpenID provider: its settings, and what it publishes of itself, as Discovery 1.0 and RP-Initiated
Logout 1.0 have it."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from learnapp.domain.accounts.outside import Confirmation, IdentityKind
from learnapp.web.accounts.provider_http import (
    ProviderAway,
    fetch_json,
    is_private,
    must_be_private,
    waiting,
)

_KNOWN_FOR = timedelta(hours=1)
# An unknown key is looked for again, but not for every forged token.
_KEYS_AT_MOST_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class SentAlong:
    """What a sign-in sent along, to be held against what comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass
class _Known:
    """What was read of a provider, and when."""

    metadata: dict[str, Any] = field(default_factory=dict)
    metadata_at: datetime | None = None
    keys: dict[str, Any] | None = None
    keys_at: datetime | None = None


@dataclass(frozen=True)
class OidcProvider:
    """A provider as its table in `identity.toml` has it."""

    name: str
    issuer: str
    client_id: str
    base_url: str  # our own address, as people open it
    client_secret: str = ""
    title: str = ""
    login_claim: str = "preferred_username"
    scope: str = "openid profile"
    confirm: str = Confirmation.PASSWORD
    strong_acr: tuple[str, ...] = ()  # values of `acr` by which the provider says: two factors
    ca_file: str = ""
    _known: _Known = field(default_factory=_Known, compare=False, repr=False)
    kind = IdentityKind.OIDC

    def __post_init__(self) -> None:
        """Raise ValueError for settings that cannot be used."""
        must_be_private(self.issuer)
        must_be_private(self.base_url)
        Confirmation(self.confirm)

    @property
    def back_url(self) -> str:
        """Where the provider sends people back to; to be registered there."""
        return f"{self.base_url.rstrip('/')}/sign-in/outside/{self.name}/back"

    def logout_url(self, now: datetime) -> str | None:
        """Where one signs out there too, coming back to our sign-in page; None where it has no such
        page. Raises ProviderAway."""
        there = self.metadata(now).get("end_session_endpoint")
        if not there:
            return None
        back = f"{self.base_url.rstrip('/')}/sign-in"
        query = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        return f"{there}{'&' if '?' in there else '?'}{urllib.parse.urlencode(query)}"

    # Two threads may read the same at once: no thread waits for another that waits for a network.
    def metadata(self, now: datetime) -> dict[str, Any]:
        """What its discovery says, an hour old at most. Raises ProviderAway."""
        known = self._known
        if known.metadata_at is None or not _is_recent(known.metadata_at, now, _KNOWN_FOR):
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            with waiting():
                found = fetch_json(address, ca_file=self.ca_file)
            if found.get("issuer") != self.issuer:
                raise ProviderAway("another issuer answers")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not is_private(found.get(name)):
                    raise ProviderAway(f"{name} is not private")
            known.metadata, known.metadata_at = found, now
        return known.metadata

    def keys(self, now: datetime, again: bool) -> dict[str, Any]:
        """Its keys; `again`: read once more, unless that was just done. Raises ProviderAway."""
        known = self._known
        age = _KEYS_AT_MOST_EVERY if again else _KNOWN_FOR
        if known.keys is None or known.keys_at is None or not _is_recent(known.keys_at, now, age):
            address = self.metadata(now)["jwks_uri"]
            with waiting():
                found = fetch_json(address, ca_file=self.ca_file)
            known.keys, known.keys_at = found, now
        return known.keys


def _is_recent(at: datetime, now: datetime, age: timedelta) -> bool:
    return at <= now < at + age
