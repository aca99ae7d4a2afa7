"""The chain that makes a change of the audit visible: blocks of entries, each with the hash of the last.

A block holds two digests: of entries on everyday study, which go after six months, and of all others,
so that what retention removes leaves the rest provable. A hash that was printed or stored elsewhere, the
anchor, proves everything up to its block.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from learnapp.domain.operations.retention import ROUTINE_ACTIONS

START = b"\0" * 32  # what stands before the first block
# Entries are sealed within this time; the scheduler of a busy machine may be late.
SEALED_WITHIN_S = 600


@dataclass(frozen=True)
class ChainEntry:
    """An entry of the audit as the chain sees it."""

    id: int
    recorded_at: datetime
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: int | None
    detail: Mapping[str, Any]
    address: str | None
    result: str

    @property
    def is_routine(self) -> bool:
        """Whether it is about everyday study, and goes sooner."""
        return self.action in ROUTINE_ACTIONS

    def line(self) -> bytes:
        """The entry in the one form that is hashed."""
        at = self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
        subject = [self.subject_kind, self.subject_id]
        values = [self.id, at, self.actor_id, self.action, *subject, self.detail]
        text = json.dumps(
            [*values, self.address, self.result],
            ensure_ascii=True,
            sort_keys=True,
            separators=(",", ":"),
        )
        return text.encode() + b"\n"


@dataclass(frozen=True)
class Block:
    """A block: the entries with `after_id` < id ≤ `last_id`, and where it stands in the chain."""

    number: int
    after_id: int
    last_id: int
    routine: int
    lasting: int
    routine_sha256: bytes
    lasting_sha256: bytes
    first_at: datetime
    last_at: datetime
    sealed_at: datetime
    previous: bytes

    @property
    def sha256(self) -> bytes:
        """The hash of the block: of all that it says, and so of every block before it."""
        instants = (self.first_at, self.last_at, self.sealed_at)
        values = [
            *(self.number, self.after_id, self.last_id, self.routine, self.lasting),
            *(each.hex() for each in (self.routine_sha256, self.lasting_sha256, self.previous)),
            *(each.astimezone(UTC).isoformat(timespec="microseconds") for each in instants),
        ]
        return hashlib.sha256(json.dumps(values).encode()).digest()


def sealed(entries: Sequence[ChainEntry], last: Block | None, last_id: int, now: datetime) -> Block:
    """The block of entries that follow the last one, in the order of their ids; at least one entry."""
    routine, lasting = of_kinds(entries)
    return Block(
        number=1 if last is None else last.number + 1,
        after_id=0 if last is None else last.last_id,
        last_id=last_id,
        routine=len(routine),
        lasting=len(lasting),
        routine_sha256=digest(routine),
        lasting_sha256=digest(lasting),
        first_at=min(each.recorded_at for each in entries),
        last_at=max(each.recorded_at for each in entries),
        sealed_at=now,
        previous=START if last is None else last.sha256,
    )


def of_kinds(entries: Iterable[ChainEntry]) -> tuple[list[ChainEntry], list[ChainEntry]]:
    """The entries on everyday study, and the others."""
    routine: list[ChainEntry] = []
    lasting: list[ChainEntry] = []
    for each in entries:
        (routine if each.is_routine else lasting).append(each)
    return routine, lasting


def digest(entries: Iterable[ChainEntry]) -> bytes:
    """SHA-256 of the lines of entries."""
    summed = hashlib.sha256()
    for each in entries:
        summed.update(each.line())
    return summed.digest()


@dataclass(frozen=True)
class Terms:
    """Before which instants entries on everyday study, and all others, may have gone."""

    routine: datetime
    lasting: datetime


def faults_of(block: Block, entries: Sequence[ChainEntry], terms: Terms) -> list[str]:
    """What is wrong with the entries of a block, in codes: "routine", "lasting"; what may have gone by
    its term is not looked for."""
    routine, lasting = of_kinds(entries)
    found = []
    for name, there, wanted, due in (
        ("routine", routine, block.routine_sha256, terms.routine),
        ("lasting", lasting, block.lasting_sha256, terms.lasting),
    ):
        if block.first_at >= due and digest(there) != wanted:
            found.append(name)
    return found


def anchor(block: Block) -> str:
    """What is printed: the block's number and hash, in groups that can be read aloud."""
    text = block.sha256.hex()
    return f"{block.number}:" + "-".join(text[at : at + 8] for at in range(0, 64, 8))


def read_anchor(text: str) -> tuple[int, bytes] | None:
    """The block's number and hash of an anchor as it was printed; None for any other text."""
    number, _, rest = text.strip().partition(":")
    try:
        found = int(number), bytes.fromhex(rest.replace("-", "").replace(" ", ""))
    except ValueError:
        return None
    return found if len(found[1]) == len(START) else None
