"""Late events: stored and acknowledged, not counted; a person may let one count, with a reason."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Admission
from learnapp.db.exams.late_events import late_event
from learnapp.db.exams.reach import lock_attempt
from learnapp.db.operations import audit_log
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.exams import auto_marking


def accept_late_answer(caller: Caller, public_id: str, event_id: str, reason: str) -> None:
    """Let a late event count, for all to see in the audit; its question is marked again.

    Raises NotFound outside the actor's reach, Forbidden("own_case") for their own attempt,
    RuleBroken without a reason, Conflict("not_late") for an event that counts already.
    """
    session = caller.session
    attempt = lock_attempt(caller, public_id, Permission.ANSWER_ADMIT)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    event = late_event(caller, attempt.id, event_id)
    if event is None:
        raise Conflict("not_late")
    session.add(
        Admission(
            attempt_id=attempt.id,
            event_id=event_id,
            reason=reason.strip()[: lengths.LINE],
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    session.flush()
    about = ("attempt", attempt.id)
    audit_log.record(caller, "event.admitted", about, question=event.question)
    auto_marking.mark_again(caller, attempt.id, event.question)
