"""LDAP and Active Directory: how an office's directory is reached, and what names mean there.

No account of the application's own is needed there.
"""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass

from learnapp.domain.accounts.outside import Confirmation, IdentityKind
from learnapp.web.accounts.provider_http import is_this_machine


@dataclass(frozen=True)
class LdapDirectory:
    """A directory as its table in `identity.toml` has it.

    `bind_as` makes the name to bind by: "uid={login},ou=people,dc=court,dc=cn", or "{login}@court.cn" in
    an Active Directory. `search` makes the filter of the person's entry below `base`; without `base` the
    entry is the one that was bound.
    """

    name: str
    servers: tuple[str, ...]
    bind_as: str
    base: str = ""
    search: str = "(uid={login})"
    subject: str = "entryUUID"  # objectGUID in an Active Directory
    login: str = "uid"  # sAMAccountName in an Active Directory
    display: str = "cn"
    title: str = ""
    tls: str = "starttls"  # or ldaps; none on this machine alone
    ca_file: str = ""
    confirm: str = Confirmation.PASSWORD
    kind = IdentityKind.LDAP

    def __post_init__(self) -> None:
        """Raise ValueError for settings that cannot be used."""
        if not self.servers or "{login}" not in self.bind_as:
            raise ValueError("servers and bind_as with {login} are needed")
        if self.base and "{login}" not in self.search:
            raise ValueError("search has no {login}")
        if "=" not in self.bind_as and not self.base:
            raise ValueError("base is needed where bind_as is no distinguished name")
        for each in self.servers:
            host = urllib.parse.urlsplit(f"//{each}").hostname or ""
            if self.tls not in ("starttls", "ldaps") and not (
                self.tls == "none" and is_this_machine(host)
            ):
                raise ValueError("tls is starttls or ldaps")
        Confirmation(self.confirm)
