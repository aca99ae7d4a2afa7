"""意见箱: what people say of the load and of the product; an answer closes each item."""

from __future__ import annotations

from collections.abc import Sequence

from learnapp.db.core.caller import Caller
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import daily_limits
from learnapp.db.operations import feedback as queries
from learnapp.db.operations.models import Feedback
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.bounds import Use

_MOST = 200  # open items on a page


def say(caller: Caller, text: str) -> int:
    """Put something into the box; the id. Raises RuleBroken of "text", TooMuch, TextTooLong."""
    written = text.strip().replace("\r\n", "\n")
    if not written:
        raise RuleBroken("text", "text_missing")
    unit_id = queries.unit_of(caller.session, caller)
    if unit_id is None:
        raise RuleBroken("text", "serves_nowhere")
    person_id = caller.actor.own_id()
    size = daily_limits.size_of(written)
    daily_limits.must_spend(caller.session, person_id, caller.now, Use.REPORTS, size)
    row = Feedback(
        person_id=person_id, unit_id=unit_id, text=written, recorded_at=caller.now, answer=""
    )
    caller.session.add(row)
    caller.session.flush()
    return row.id


def written_by(caller: Caller) -> Sequence[Feedback]:
    """What the actor said, the newest first, with the answers."""
    return queries.written_by(caller.session, caller.actor.own_id())


def open_items(caller: Caller) -> list[tuple[Feedback, str]]:
    """(item, name) of what waits for an answer by the actor, the oldest first. Raises Forbidden."""
    caller.actor.must(Permission.ABSENCE_RECORD)
    return queries.open_within(caller, _MOST)


def answer(caller: Caller, item_id: int, text: str) -> bool:
    """Answer an item within reach, which closes it and tells its person; False if it was before.

    Raises Forbidden, NotFound, RuleBroken("answer", "text_missing").
    """
    caller.actor.must(Permission.ABSENCE_RECORD)
    row = queries.item_within(caller, item_id)
    if row is None:
        raise NotFound("report_unknown")
    refuse_own(caller.actor, row.person_id)
    if row.answered_at is not None:
        return False
    if not text.strip():
        raise RuleBroken("answer", "text_missing")
    row.answer = text.strip()
    row.answered_at, row.answered_by = caller.now, caller.actor.person_id
    caller.session.flush()
    params = {"said": row.text[:60], "answer": row.answer}
    notify(caller.session, caller.now, row.person_id, "feedback_answered", params)
    return True
