"""People who wait for a programme, and people who are behind, as the counters have it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select

from learnapp.db.core.caller import Caller
from learnapp.db.core.waiting import Waiting
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress.figure_facts import stage_ids_in_force
from learnapp.db.progress.models import Standing
from learnapp.db.progress.unit_figures import behind_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


def without_programme() -> ColumnElement[bool]:
    """Condition on a person: no stage in force asks anything of them."""
    return ~_asked().where(Standing.person_id == Person.id).correlate(Person).exists()


def asked_anything(person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Condition: some stage in force asks anything of the person; cheap of many people."""
    return person_id.in_(_asked())


def _asked() -> Select[int]:
    return select(Standing.person_id).where(
        Standing.stage_id.in_(stage_ids_in_force()), Standing.owed + Standing.excused > 0
    )


def people_behind(caller: Caller) -> Waiting:
    """People of units within reach who have not done what was due."""
    reach = units_in_scope(caller.actor, Permission.PROGRESS_READ, local_day(caller.now))
    wanted = select(func.count(Standing.person_id.distinct())).where(
        Standing.unit_id.in_(reach),
        Standing.stage_id.in_(stage_ids_in_force()),
        behind_of(caller.now),
    )
    return Waiting(caller.session.scalar(wanted) or 0)
