"""From which networks an exam may be sat."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address, ip_network

from learnapp.domain.core.errors import RuleBroken


def parse_networks(text: str) -> list[str]:
    """10.3.0.0/16，10.4.1.7 as networks, one a line or a comma; raises RuleBroken("networks", …)."""
    found = []
    for part in re.split(r"[\s,，;；、]+", text.strip()):
        if not part:
            continue
        try:
            found.append(str(ip_network(part, strict=False)))
        except ValueError:
            raise RuleBroken("networks", "network_unread", value=part) from None
    return found


def within(networks: Collection[str], address: str | None) -> bool:
    """Whether an address is in one of the networks; any does where none is asked for."""
    if not networks:
        return True
    try:
        at = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(at, "ipv4_mapped", None) or at
    return any(mapped in ip_network(each) for each in networks)
