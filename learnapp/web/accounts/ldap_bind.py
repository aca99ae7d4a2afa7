"""A bind as the person, by TLS, then their own entry: the messages with a directory.

Names are escaped wherever they become part of a name or a filter (RFC 4514, RFC 4515).
"""

from __future__ import annotations

import ssl
import urllib.parse
from typing import Any

from ldap3 import AUTO_BIND_NONE, BASE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from learnapp.domain.accounts.outside import IdentityKind, Proven, shown
from learnapp.web.accounts.ldap_directory import LdapDirectory
from learnapp.web.accounts.provider_http import TIMEOUT_S, NotProven, ProviderAway, waiting

_WRONG_PASSWORD = 49  # invalidCredentials, RFC 4511
_LONGEST = 200  # characters of a login name


def proven(directory: LdapDirectory, login: str, password: str) -> Proven:
    """Who signs in there by this name and password; servers are asked in turn.

    Raises NotProven for a wrong one, ProviderAway when no server answers.
    """
    login = login.strip()
    # An empty password binds as nobody and succeeds (RFC 4513, 5.1.2).
    if not password or not 0 < len(login) <= _LONGEST or "\0" in login + password:
        raise NotProven("nothing typed")
    fault: Exception | None = None
    with waiting():
        for each in directory.servers:
            try:
                return _proven_by(directory, each, login, password)
            except (LDAPException, OSError, ValueError) as error:
                fault = error
    raise ProviderAway(type(fault).__name__) from fault


def _proven_by(where: LdapDirectory, address: str, login: str, password: str) -> Proven:
    host, port = _host_and_port(address, 636 if where.tls == "ldaps" else 389)
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=where.ca_file or None, sni=host)
    server = Server(
        host,
        port,
        use_ssl=where.tls == "ldaps",
        tls=None if where.tls == "none" else tls,
        connect_timeout=TIMEOUT_S,
        get_info=NONE,
    )
    is_dn = "=" in where.bind_as
    who = where.bind_as.replace("{login}", escape_rdn(login) if is_dn else login)
    connection = Connection(
        server,
        user=who,
        password=password,
        auto_bind=AUTO_BIND_NONE,
        receive_timeout=TIMEOUT_S,
        auto_referrals=False,
        read_only=True,
    )
    try:
        return _entry(where, connection, who if is_dn else "", login)
    finally:
        connection.unbind()


def _entry(of: LdapDirectory, connection: Connection, own_dn: str, login: str) -> Proven:
    if of.tls == "starttls" and not connection.start_tls():
        raise LDAPException("no TLS")
    if not connection.bind():
        if connection.result.get("result") == _WRONG_PASSWORD:
            raise NotProven("wrong password")
        raise LDAPException(str(connection.result.get("description")))
    if of.base:
        where = (of.base, of.search.replace("{login}", escape_filter_chars(login)), SUBTREE)
    else:
        where = (own_dn, "(objectClass=*)", BASE)
    wanted = [of.subject, of.login, of.display]
    connection.search(*where, attributes=wanted, size_limit=2, time_limit=TIMEOUT_S)
    found = [each for each in connection.response or () if each.get("type") == "searchResEntry"]
    if len(found) != 1:
        raise NotProven(f"{len(found)} entries")
    raw = found[0]["raw_attributes"]
    subject, named = (
        _first(raw, of.subject),
        _first(raw, of.login).decode("utf-8", "replace"),
    )
    if not subject or not named:
        raise NotProven("an entry without key or login name")
    label = shown(named, _first(raw, of.display).decode("utf-8", "replace"))
    source = of.base or of.bind_as
    return Proven(IdentityKind.LDAP, source, subject.hex(), named, label)


def _first(raw: Any, name: str) -> bytes:
    for key, values in raw.items():
        if key.lower() == name.lower() and values:
            return bytes(values[0])
    return b""


def _host_and_port(address: str, usual: int) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(f"//{address}")
    return parts.hostname or address, parts.port or usual
