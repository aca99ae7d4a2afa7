"""A file encrypted as a stream, in chunks that can be neither changed, reordered nor cut off.

AES-256-GCM by chunk; the key is derived by scrypt from a secret of any form and a salt of the file. The
nonce is the chunk's number, and what is authenticated beside says whether it is the last one: the STREAM
construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

from __future__ import annotations

import io
import secrets
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"LEARNAPP-SEALED-1\n"
CHUNK = 1 << 20  # bytes of plain text
_SALT, _TAG, _NONCE = 16, 16, 12


class SealBroken(Exception):
    """The stream was made with another secret, or was changed or cut off."""

    def __init__(self, first: bool) -> None:
        super().__init__()
        self.first = first  # not even the first chunk opens: most likely the secret is another


def _cipher(secret: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(secret))


class SealingWriter:
    """Writes to a file what is encrypted; `end` writes the last chunk and leaves the file open."""

    def __init__(self, out: IO[bytes], secret: bytes) -> None:
        salt = secrets.token_bytes(_SALT)
        self._out, self._cipher = out, _cipher(secret, salt)
        self._rest, self._number = bytearray(), 0
        out.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take bytes; whole chunks go out as soon as more follows them."""
        self._rest += data
        while len(self._rest) > CHUNK:
            self._emit(bytes(self._rest[:CHUNK]), b"")
            del self._rest[:CHUNK]
        return len(data)

    def end(self) -> None:
        """Write what is left as the last chunk."""
        self._emit(bytes(self._rest), b"last")

    def _emit(self, plain: bytes, about: bytes) -> None:
        nonce = self._number.to_bytes(_NONCE, "big")
        self._out.write(self._cipher.encrypt(nonce, plain, about))
        self._number += 1


class OpeningReader(io.RawIOBase):
    """Reads what SealingWriter wrote. Raises SealBroken where a chunk is not what was written."""

    def __init__(self, source: IO[bytes], secret: bytes) -> None:
        head = source.read(len(MAGIC) + _SALT)
        if len(head) < len(MAGIC) + _SALT or not head.startswith(MAGIC):
            raise SealBroken(first=True)
        self._source, self._cipher = source, _cipher(secret, head[len(MAGIC) :])
        self._next = source.read(CHUNK + _TAG)
        self._plain, self._at, self._number, self._ended = b"", 0, 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with what is plain; 0 at the end."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        while self._at == len(self._plain) and not self._ended:
            self._open_one()
        part = self._plain[self._at : self._at + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _open_one(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        about = b"" if self._next else b"last"
        nonce = self._number.to_bytes(_NONCE, "big")
        try:
            self._plain = self._cipher.decrypt(nonce, sealed, about)
        except InvalidTag as error:
            raise SealBroken(first=self._number == 0) from error
        self._at, self._number, self._ended = 0, self._number + 1, about == b"last"
