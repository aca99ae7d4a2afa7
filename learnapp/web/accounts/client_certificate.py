"""The certificate of whoever asks, where a trusted proxy has verified one."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from flask import current_app, request

from learnapp.config import Config
from learnapp.domain.accounts.certificates import SUBJECT, VERIFIED, Network, verified_subject


def subject_here() -> str | None:
    """The subject of the certificate that came with the request, by word of a trusted proxy."""
    # With a proxy in front the address is the visitor's; who connected is kept beside it.
    before = request.environ.get("werkzeug.proxy_fix.orig", {})
    peer = before.get("REMOTE_ADDR") or request.remote_addr
    said = {name: request.headers.get(name, "") for name in (VERIFIED, SUBJECT)}
    return verified_subject(said, peer, _trusted())


def can_be_had() -> bool:
    """Whether this installation has a proxy that verifies certificates."""
    return bool(_trusted())


def _trusted() -> Collection[Network]:
    return cast(Config, current_app.extensions["learnapp.config"]).certificate_proxies
