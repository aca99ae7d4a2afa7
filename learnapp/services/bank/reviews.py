"""Review of questions: what waits and for whom, many judged at once, and what authors see of theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank import review_lists, reviews
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.bank.review_lists import MOST_AT_ONCE, ReviewFilter, VersionInReview
from learnapp.db.bank.reviews import LastEvent
from learnapp.db.core.caller import Caller
from learnapp.db.exams.open_papers import withheld_questions
from learnapp.domain.bank.versions import VersionAction, check_comment
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.permissions import Actor
from learnapp.services.bank import key_exposure, questions


@dataclass(frozen=True)
class WaitingVersion:
    """A version that waits: what it says with its key, and the published one it would replace.

    `own` is one that somebody else judges; `is_withheld` one on an open paper of the reader, whose
    key they are not shown.
    """

    row: QuestionVersion
    bank: str
    author: str
    login_name: str
    since: datetime
    data: dict[str, Any] | None
    before: dict[str, Any] | None
    own: bool
    is_withheld: bool

    @property
    def may_be_judged(self) -> bool:
        """Whether the reader may decide on it."""
        return not self.own and not self.is_withheld


def count_waiting(caller: Caller) -> int:
    """How many wait for the actor: one's own are somebody else's to judge."""
    return review_lists.count_of_others(caller)


def review_queue(
    caller: Caller, wanted: ReviewFilter, page: int, size: int
) -> tuple[list[WaitingVersion], int]:
    """A page of what waits, the longest first, and how many there are.

    The keys that it shows are recorded as seen (命题回避).
    """
    found, total = review_lists.waiting(caller, wanted, page, size)
    return _whole(caller, found), total


def _whole(caller: Caller, rows: Sequence[VersionInReview]) -> list[WaitingVersion]:
    session = caller.session
    back = withheld_questions(session, caller.actor)
    shown = {each.row.id: each.row.question_id for each in rows if each.row.question_id not in back}
    published = reviews.published_before(session, shown.values())
    before = {
        version: published[question]
        for version, question in shown.items()
        if published.get(question, version) != version
    }
    data = reviews.contents(session, {*shown, *before.values()})
    key_exposure.record_key_exposure(caller, [*data])
    return [
        WaitingVersion(
            each.row,
            each.bank,
            each.author,
            each.login_name,
            each.since,
            data.get(each.row.id),
            data.get(before.get(each.row.id, 0)),
            is_own(caller.actor, each.row.recorded_by),
            each.row.question_id in back,
        )
        for each in rows
    ]


def judge(
    caller: Caller,
    versions: Collection[int],
    action: VersionAction,
    comment: str = "",
) -> tuple[int, int]:
    """Approve or return many at once: how many were, and how many no longer waited.

    All or nothing: Forbidden("own_case") with one of the actor's own among them, Conflict for one
    on an open paper of the actor, RuleBroken without the reason that a return must give. What
    somebody else has judged meanwhile, or this action before it was repeated, is left as it is.
    """
    actor = caller.actor
    if action not in (VersionAction.APPROVED, VersionAction.RETURNED):
        raise RuleBroken("action", "version_state", state=str(action))
    check_comment(action, comment)
    if not versions or len(versions) > MOST_AT_ONCE:
        raise RuleBroken("version", "nothing_ticked", most=MOST_AT_ONCE)
    rows = review_lists.still_waiting(caller, versions)
    refuse_own(actor, *(row.recorded_by for row in rows))
    back = withheld_questions(caller.session, actor)
    if any(row.question_id in back for row in rows):
        raise Conflict("key_on_open_paper")
    done = 0
    for row in rows:
        if action is VersionAction.RETURNED and row.review_owed:
            continue  # an urgent release stays published: it is approved, or retired
        questions.apply_action(caller, row.id, action, comment)
        done += 1
    return done, len(set(versions)) - done


@dataclass(frozen=True)
class SubmittedVersion:
    """What somebody submitted, and the last thing that was done with it."""

    row: QuestionVersion
    bank: str
    last: LastEvent


def count_returned(session: Session, actor: Actor) -> int:
    """How many of what the actor submitted were returned and wait for them."""
    return review_lists.count_returned(session, actor.own_id())


def submitted(
    session: Session, actor: Actor, page: int, size: int
) -> tuple[list[SubmittedVersion], int]:
    """A page of what the actor submitted, the newest first, and how many there are."""
    rows, total = review_lists.submitted(session, actor.own_id(), page, size)
    last = reviews.last_events(session, [row.id for row, _ in rows])
    made = []
    for row, bank in rows:
        done = last.get(row.id) or LastEvent("", "", row.recorded_at, "", "")
        made.append(SubmittedVersion(row, bank, done))
    return made, total
