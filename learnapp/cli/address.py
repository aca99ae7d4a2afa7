"""Where the pages are to be served: what was asked for, as the server and as people write it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from learnapp.config import ConfigError


@dataclass(frozen=True)
class Listen:
    """An address of this machine and a port."""

    host: str
    port: int
    secure: bool = False

    @property
    def url(self) -> str:
        """For people: an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


def listen_at(host: str, port: int) -> Listen:
    """`host` is an address, [::1] as in a URL, or a name such as localhost, which is looked up.

    Raises ConfigError when it is none of this machine's.
    """
    bare = host.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    try:
        return Listen(str(ipaddress.ip_address(bare)), port)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM) if bare else []
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"--host {host}: no such address or name") from error
    # A name with both kinds of address is reached by the older kind from everywhere.
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    if not found:
        raise ConfigError(f"--host {host}: no such address or name")
    return Listen(str(found[0][4][0]), port)
