"""Providers of sign-in as `identity.toml` in the home folder describes them; secrets stay in that file.

What is wrong with one is logged and shown to who looks after the installation; the others work.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from flask import current_app

from learnapp.domain.accounts.outside import IdentityKind
from learnapp.web.accounts.ldap_directory import LdapDirectory
from learnapp.web.accounts.oidc_provider import OidcProvider
from learnapp.web.accounts.wecom import WeCom
from learnapp.web.core.wording import label

Provider = OidcProvider | LdapDirectory | WeCom
_KINDS: Mapping[str, type[Provider]] = {
    IdentityKind.OIDC: OidcProvider,
    IdentityKind.LDAP: LdapDirectory,
    IdentityKind.WECOM: WeCom,
}

log = logging.getLogger("learnapp.web")


class Providers:
    """The providers of an installation. The file is read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._found: dict[str, Provider] = {}
        self._faults: dict[str, str] = {}

    def all(self) -> dict[str, Provider]:
        """The providers by name, in the order of the file; none without it."""
        self._refresh()
        return self._found

    def faults(self) -> dict[str, str]:
        """What cannot be used, by name, with the reason."""
        self._refresh()
        return self._faults

    def _refresh(self) -> None:
        try:
            state = self._path.stat()
        except OSError:
            self._read_at, self._found, self._faults = None, {}, {}
            return
        stamp = (state.st_mtime_ns, state.st_size)
        if stamp != self._read_at:
            self._found, self._faults = _read(self._path)
            self._read_at = stamp
            for name, fault in self._faults.items():
                log.error("identity.toml, %s: %s", name, fault)


def providers_here() -> Providers:
    """The providers of this installation."""
    return cast(Providers, current_app.extensions["learnapp.providers"])


def all_providers() -> dict[str, Provider]:
    """Those that can be used, by name."""
    return providers_here().all()


def title_of(provider: Provider) -> str:
    """What people call the provider: as the office has it, else its kind."""
    return provider.title or label(IdentityKind, provider.kind)


def _read(path: Path) -> tuple[dict[str, Provider], dict[str, str]]:
    found: dict[str, Provider] = {}
    faults: dict[str, str] = {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return {}, {path.name: type(error).__name__}
    for name, settings in tables.items():
        try:
            found[name] = _provider(name, settings)
        except (TypeError, ValueError, AttributeError, OSError) as error:
            faults[name] = str(error)
    return found, faults


def _provider(name: str, settings: Mapping[str, Any]) -> Provider:
    if not name.isascii() or not name.replace("-", "").isalnum():
        raise ValueError("a name is of letters, digits and hyphens")
    kind = _KINDS.get(str(settings.get("kind")))
    if kind is None:
        raise ValueError(f"kind is one of {', '.join(_KINDS)}")
    return kind(name, **{key: value for key, value in settings.items() if key != "kind"})
