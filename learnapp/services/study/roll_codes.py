"""扫码签到: people sign themselves in with the code that the organiser's screen shows, once each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations import daily_limits
from learnapp.db.study import study_sessions as queries
from learnapp.db.study.session_models import RollTick, StudySession
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.operations.bounds import Use
from learnapp.domain.study.roll_codes import (
    OPEN_FOR,
    OPENS_BEFORE,
    code_at,
    fits,
    is_open,
    seconds_left,
)
from learnapp.domain.study.study_sessions import RollMark
from learnapp.services.study import study_sessions

_IDS = UUID(
    "6f1d1a52-9a0b-4d0e-8c57-2f0a6c1d7e30"
)  # of ticks by code: one for each session and person
_CODE_BYTES = 6


@dataclass(frozen=True)
class RollScreen:
    """What the organiser's screen shows: the code, for how long, who of those expected is there."""

    session: StudySession
    code: str
    seconds: int
    present: int
    expected: int


def screen(caller: Caller, secret: bytes, session_id: int) -> RollScreen:
    """The screen of a session that the actor holds. Raises NotFound, Conflict("roll_not_open")."""
    page = study_sessions.roll(caller, session_id)
    row = page.session
    if not is_open(row.starts_at, row.closed_at, caller.now):
        raise Conflict("roll_not_open")
    code = code_at(secret, row.id, caller.now)
    present, expected = len(page.roll.present), len(page.roll.expected)
    return RollScreen(row, code, seconds_left(caller.now), present, expected)


def sign_in(caller: Caller, secret: bytes, code: str) -> StudySession | None:
    """Sign the actor in at the session whose screen shows the code, if they are expected there; None for
    a code that fits none, which is counted against guessing. A repeat changes nothing, and what an
    organiser ticked rules.

    Raises TooMuch, RuleBroken of "code": also for an organiser of the session, who sees the screen from
    anywhere and is ticked by another one."""
    session, person_id = caller.session, caller.actor.own_id()
    if not code.strip():
        raise RuleBroken("code", "text_missing")
    daily_limits.must_spend(session, person_id, caller.now, Use.CHECKS, _CODE_BYTES)
    span = (caller.now - OPEN_FOR, caller.now + OPENS_BEFORE)
    for row in queries.open_between(session, *span):
        if fits(secret, row.id, code, caller.now) and queries.expects(session, row, person_id):
            if _holds(caller, row):
                raise RuleBroken("code", "own_roll")
            _tick(caller, row)
            return row
    return None


def _holds(caller: Caller, row: StudySession) -> bool:
    try:
        study_sessions.one(caller, row.id)
    except (Forbidden, NotFound):
        return False
    return True


def _tick(caller: Caller, row: StudySession) -> None:
    person_id = caller.actor.own_id()
    values = {
        "session_id": row.id,
        "event_id": str(uuid5(_IDS, f"{row.id}:{person_id}")),
        "person_id": person_id,
        "mark": RollMark.PRESENT,
        "seq": 0,  # below every tick of an organiser
        "recorded_at": caller.now,
        "recorded_by": person_id,
    }
    caller.session.execute(insert_if_new(caller.session, RollTick).values(values))
