"""A bank or a question version loaded within the actor's grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from learnapp.db.bank.models import (
    Bank,
    BankCategory,
    KeyRevision,
    Passage,
    QuestionVersion,
)
from learnapp.db.bank.question_values import as_json
from learnapp.db.core.caller import Caller
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission


def bank_in_reach(caller: Caller, bank_id: int, permission: Permission) -> Bank:
    """The bank, if its unit is within the actor's grants. Raises NotFound, also for one put away."""
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    bank = caller.session.scalar(
        select(Bank).where(
            Bank.id == bank_id, Bank.owner_unit_id.in_(reach), Bank.retired_at.is_(None)
        )
    )
    if bank is None:
        raise NotFound("bank_unknown")
    return bank


@dataclass(frozen=True)
class Version:
    """A version with its key, as its page tells it."""

    row: QuestionVersion
    bank: Bank
    key: KeyRevision
    data: dict[str, Any]
    author: str  # empty where it is not known
    author_login: str


def version_in_reach(
    caller: Caller,
    version_id: int,
    permission: Permission,
    lock: bool = False,
) -> Version:
    """The version with its newest key, if its bank is within the actor's grants. Raises NotFound."""
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    statement = (
        select(
            QuestionVersion,
            Bank,
            KeyRevision,
            BankCategory.path,
            Passage.content,
            Person.name,
            first_login(),
        )
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .outerjoin(Passage, Passage.id == QuestionVersion.passage_id)
        .outerjoin(Person, Person.id == QuestionVersion.recorded_by)
        .where(QuestionVersion.id == version_id, Bank.owner_unit_id.in_(reach))
        .order_by(KeyRevision.number.desc())
        .limit(1)
    )
    if lock:
        statement = statement.with_for_update(of=QuestionVersion)
    found = caller.session.execute(statement).first()
    if found is None:
        raise NotFound("question_unknown")
    row, owner, key, path, passage, author, login = found
    data = as_json(row, key, path, passage)
    return Version(row, owner, key, data, author or "", login or "")
