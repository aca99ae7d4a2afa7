"""The audit sealed block by block, and the proof that nothing in it was changed since.

Entries are written by their own actions without a further statement; the scheduler seals what is settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.operations import audit_blocks
from learnapp.domain.operations import audit_chain as rules
from learnapp.domain.operations import retention as terms_of
from learnapp.domain.operations.audit_chain import Block, Terms
from learnapp.domain.operations.retention import RetentionRule
from learnapp.services.operations import retention

PART = 500  # entries of a block at most
_BLOCKS = 100


def next_block(session: Session, last_id: int, now: datetime) -> Block | None:
    """The next block of the entries up to `last_id`, which are all there; None when there is none."""
    last = audit_blocks.last_block(session)
    entries = audit_blocks.entries_between(session, last.last_id if last else 0, last_id, PART)
    if not entries:
        return None
    return rules.sealed(entries, last, entries[-1].id, now)


@dataclass
class Proof:
    """What the comparison of the audit with its chain came to: the faults in words for who operates
    it, how many blocks and entries were compared, and the newest block."""

    faults: list[str] = field(default_factory=list)
    blocks: int = 0
    entries: int = 0
    last: Block | None = None


def prove(session: Session, now: datetime, anchors: dict[int, bytes]) -> Proof:
    """Compare every entry with its block and every block with the one before; `anchors` are hashes by
    number of a block that were kept elsewhere.

    What may have gone by its term is not missed; the rest of its block is still compared.
    """
    proof, terms = Proof(), _terms(session, now)
    for block, stored in _all_blocks(session):
        _compare_place(proof, block, stored)
        entries = audit_blocks.entries_between(session, block.after_id, block.last_id)
        for which in rules.faults_of(block, entries, terms):
            proof.faults.append(
                f"block {block.number}: its {which} entries ({block.after_id + 1} to "
                f"{block.last_id}) are not those that were sealed"
            )
        if anchors.pop(block.number, stored) != stored:
            proof.faults.append(f"block {block.number}: not the block of the anchor")
        proof.blocks, proof.entries, proof.last = (
            proof.blocks + 1,
            proof.entries + len(entries),
            block,
        )
    proof.faults += [f"block {number}: of the anchor, is not there" for number in anchors]
    _compare_end(session, proof, now)
    return proof


def _compare_place(proof: Proof, block: Block, stored: bytes) -> None:
    """A block follows the one before, and is what its hash says."""
    last = proof.last
    expected = (1, 0, rules.START)
    if last is not None:
        expected = (last.number + 1, last.last_id, last.sha256)
    if (block.number, block.after_id, block.previous) != expected:
        proof.faults.append(f"block {block.number}: does not follow the block before")
    if block.sha256 != stored:
        proof.faults.append(f"block {block.number}: was changed")


def _compare_end(session: Session, proof: Proof, now: datetime) -> None:
    since = audit_blocks.unsealed_since(session, proof.last.last_id if proof.last else 0)
    if since is not None and now - since > timedelta(seconds=rules.SEALED_WITHIN_S):
        proof.faults.append(f"entries since {since.isoformat(timespec='seconds')} are not sealed")


def _all_blocks(session: Session) -> Iterator[tuple[Block, bytes]]:
    number = 0
    while part := audit_blocks.blocks_after(session, number, _BLOCKS):
        yield from part
        number = part[-1][0].number


def _terms(session: Session, now: datetime) -> Terms:
    chosen = retention.chosen(session)
    return Terms(
        terms_of.due_before(RetentionRule.ROUTINE_AUDIT, now, chosen),
        terms_of.due_before(RetentionRule.AUDIT, now, chosen),
    )
