"""The one source of randomness that entry points draw from; seeded in tests."""

from __future__ import annotations

import random
import secrets
from typing import Protocol


class Randomness(Protocol):
    """Gives seeds for papers and generators for what need not be drawn again."""

    def seed(self) -> str:
        """Return 64 hexadecimal digits that nobody can foresee."""

    def generator(self) -> random.Random:
        """Return a generator for choices that are not recorded."""


class MachineRandomness:
    """The operating system's source."""

    def seed(self) -> str:
        """Return 64 hexadecimal digits that nobody can foresee."""
        return secrets.token_hex(32)

    def generator(self) -> random.Random:
        """Return a generator over the operating system's source."""
        return random.SystemRandom()
