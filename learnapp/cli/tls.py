"""The certificate and key that `serve` is given, looked at before any process starts."""

from __future__ import annotations

import ssl
from pathlib import Path

from learnapp.config import ConfigError


def checked_pair(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """Both files, when they belong together; None when neither is given.

    Raises ConfigError for one alone, and for what is no certificate with its key.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ConfigError("--tls-cert and --tls-key are given together")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError, ValueError) as error:
        words = getattr(error, "reason", None) or getattr(error, "strerror", None) or "unreadable"
        raise ConfigError(f"--tls-cert {certificate} with --tls-key {key}: {words}") from error
    return certificate.resolve(), key.resolve()
