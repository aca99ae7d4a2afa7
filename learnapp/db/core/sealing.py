"""Secrets that are kept for a while: encrypted under a key derived from the installation's own."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12  # bytes, as AES-GCM wants them; random, for far fewer than 2^32 secrets


class Seal:
    """Closes and opens short texts; what was sealed for one thing cannot be opened as another's."""

    def __init__(self, secret_key: bytes) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"learnapp one-time codes")
        self._cipher = AESGCM(derived.derive(secret_key))

    def close(self, text: str, about: str) -> bytes:
        """The text encrypted, bound to what it is about."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str | None:
        """The text; None if it was sealed under another key or about something else."""
        try:
            found = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except InvalidTag:
            return None
        return found.decode()
