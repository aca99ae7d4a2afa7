"""Named queries of the installation: whether anybody is here, and the facts that are stored about it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.operations.models import Setting
from learnapp.db.people.models import Person


def is_empty(session: Session) -> bool:
    """Whether nobody is here yet."""
    return not session.scalar(select(func.count()).select_from(Person))


def settings_under(session: Session, prefix: str) -> list[Setting]:
    """The facts about the installation whose names begin so."""
    return list(session.scalars(select(Setting).where(Setting.name.startswith(prefix))))
