"""Named queries of signed sheets of study sessions: the newest of a session, what waits for whom."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.waiting import Waiting
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study.session_models import RollSheet, StudySession
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


def newest(session: Session, session_id: int) -> RollSheet | None:
    """The sheet of a session that was entered last, locked."""
    return session.scalar(
        select(RollSheet)
        .where(RollSheet.session_id == session_id)
        .order_by(RollSheet.id.desc())
        .limit(1)
    )


def to_verify(caller: Caller) -> Waiting:
    """How many sheets that others entered wait for the actor, and the session of the first."""
    reach = units_in_scope(caller.actor, Permission.SESSION_HOLD, local_day(caller.now))
    count, first = caller.session.execute(
        select(func.count(), func.min(RollSheet.session_id))
        .join(StudySession, StudySession.id == RollSheet.session_id)
        .where(
            RollSheet.decided_at.is_(None),
            RollSheet.entered_by != caller.actor.person_id,
            StudySession.unit_id.in_(reach),
        )
    ).one()
    return Waiting(count, first)
