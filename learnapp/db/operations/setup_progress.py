"""How far an installation is set up: what there is of each thing within reach, in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select

from learnapp.db.bank.models import Bank, BankQuestion
from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Membership, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study.models import Programme, ProgrammeRevision, Reading
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


def there_is(caller: Caller) -> dict[str, int]:
    """How many units, people who count, questions, readings, programmes and published programmes
    there are within reach of who may bring in a roster."""
    day = local_day(caller.now)
    units = units_in_scope(caller.actor, Permission.ROSTER_IMPORT, day).cte("reached_units")
    reach: Select[Any] = select(units.c.unit_id)
    published = select(ProgrammeRevision.id).where(
        ProgrammeRevision.programme_id == Programme.id, ProgrammeRevision.state == "published"
    )
    programmes = select(func.count()).where(
        Programme.owner_unit_id.in_(reach), Programme.retired_at.is_(None)
    )
    counts = {
        "units": _count(select(func.count()).where(Unit.id.in_(reach), Unit.retired_at.is_(None))),
        "people": _count(
            select(func.count(Membership.person_id.distinct())).where(
                Membership.unit_id.in_(reach),
                Membership.counts.is_(True),
                in_force(Membership, day),
            )
        ),
        "questions": _count(
            select(func.count()).where(
                BankQuestion.bank_id.in_(
                    select(Bank.id).where(Bank.owner_unit_id.in_(reach), Bank.retired_at.is_(None))
                )
            )
        ),
        "readings": _count(
            select(func.count()).where(
                Reading.owner_unit_id.in_(reach), Reading.retired_at.is_(None)
            )
        ),
        "programmes": _count(programmes),
        "published": _count(programmes.where(published.exists())),
    }
    row = caller.session.execute(select(*(each.label(name) for name, each in counts.items()))).one()
    return dict(row._mapping)


def _count(wanted: Select[int]) -> ScalarSelect[int]:
    return wanted.scalar_subquery()
