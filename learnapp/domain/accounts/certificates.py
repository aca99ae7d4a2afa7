"""Client certificates as a proxy hands them on: whom to believe, and how a subject is read."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping

# As nginx has them: $ssl_client_verify and $ssl_client_s_dn.
VERIFIED, SUBJECT = "X-Client-Verify", "X-Client-Subject"
_LONGEST = 500

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """The addresses and networks of a list with commas. Raises ValueError."""
    return tuple(
        ipaddress.ip_network(each.strip(), strict=False) for each in text.split(",") if each.strip()
    )


def verified_subject(
    headers: Mapping[str, str], peer: str | None, trusted: Collection[Network]
) -> str | None:
    """The subject of the certificate that a trusted proxy has verified; None without one.

    What any other peer says in these headers is not looked at. A subject is compared as it is written;
    one with signs that no name has is none.
    """
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return None
    if not any(address in each for each in trusted):
        return None
    subject = headers.get(SUBJECT, "").strip()
    if headers.get(VERIFIED) != "SUCCESS" or not 3 <= len(subject) <= _LONGEST:
        return None
    return subject if subject.isprintable() and "=" in subject else None


def label_of(subject: str) -> str:
    """What a person recognises of a subject: its common name, or the whole."""
    for part in subject.replace("/", ",").split(","):
        name, _, value = part.strip().partition("=")
        if name.upper() == "CN" and value:
            return value[:200]
    return subject[:200]
