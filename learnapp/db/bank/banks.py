"""Named queries of banks as questions come into them: which there are, what each has already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, BankCategory, BankQuestion, Passage, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of, one_of_texts
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


@dataclass(frozen=True)
class BankWithCount:
    """A bank, and how many questions its list shows."""

    bank: Bank
    questions: int


def banks_in_reach(caller: Caller) -> list[BankWithCount]:
    """The banks within reach by name, each with its number of questions. Raises Forbidden."""
    caller.actor.must(Permission.BANK_READ)
    reach = units_in_scope(caller.actor, Permission.BANK_READ, local_day(caller.now))
    count = (
        select(func.count())
        .where(QuestionVersion.bank_id == Bank.id, QuestionVersion.listed)
        .correlate(Bank)
        .scalar_subquery()
    )
    rows = caller.session.execute(
        select(Bank, count)
        .where(Bank.owner_unit_id.in_(reach), Bank.retired_at.is_(None))
        .order_by(Bank.name, Bank.id)
    )
    return [BankWithCount(bank, number) for bank, number in rows]


def bank_named(session: Session, owner_unit_id: int, name: str) -> Bank | None:
    """A unit's bank of exactly this name, the oldest of several; none that is put away."""
    return session.scalar(
        select(Bank)
        .where(Bank.owner_unit_id == owner_unit_id, Bank.name == name, Bank.retired_at.is_(None))
        .order_by(Bank.id)
        .limit(1)
    )


def fingerprints_known(session: Session, bank_id: int, marks: Collection[str]) -> set[str]:
    """Which of the fingerprints are those of questions of a bank."""
    known = select(BankQuestion.fingerprint).where(
        BankQuestion.bank_id == bank_id, one_of_texts(BankQuestion.fingerprint, marks)
    )
    return set(session.scalars(known))


def twin_of(session: Session, version: QuestionVersion, fingerprint: str) -> int | None:
    """Another question of the version's bank with this fingerprint; None where there is none."""
    return session.scalar(
        select(BankQuestion.id).where(
            BankQuestion.bank_id == version.bank_id,
            BankQuestion.fingerprint == fingerprint,
            BankQuestion.id != version.question_id,
        )
    )


def categories_of(session: Session, bank_id: int) -> dict[str, int]:
    """The ids of a bank's categories by path."""
    rows = session.execute(
        select(BankCategory.path, BankCategory.id).where(BankCategory.bank_id == bank_id)
    )
    return {path: category_id for path, category_id in rows}


def passages_among(session: Session, bank_id: int, marks: Collection[str]) -> dict[str, int]:
    """The ids of a bank's passages that have one of these fingerprints, by fingerprint."""
    rows = session.execute(
        select(Passage.fingerprint, Passage.id).where(
            Passage.bank_id == bank_id, one_of_texts(Passage.fingerprint, marks)
        )
    )
    return {fingerprint: passage_id for fingerprint, passage_id in rows}


def questions_of_versions(session: Session, versions: Collection[int]) -> list[int]:
    """The ids of the questions of these versions, each once, in order."""
    found = session.scalars(
        select(QuestionVersion.question_id).where(one_of(QuestionVersion.id, versions))
    )
    return sorted(set(found))
