"""A question version's life: draft, in review, published, superseded or retired; who may do what."""

from __future__ import annotations

from enum import StrEnum

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Actor, Permission


class Classification(StrEnum):
    """Who may know of a bank or a reading."""

    PUBLIC = "public"
    INTERNAL = "internal"


class QuestionUse(StrEnum):
    """What a question may be drawn for."""

    BOTH = "both"
    PRACTICE = "practice"
    EXAM = "exam"


class VersionState(StrEnum):
    """The state of a version; papers are drawn from published ones only."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class VersionAction(StrEnum):
    """What is done with a version; each is recorded in its history."""

    WRITTEN = "written"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    RELEASED_URGENTLY = "released_urgently"
    LAW_AMENDED = "law_amended"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    KEY_REVISED = "key_revised"
    VOIDED = "voided"


S, D = VersionState, VersionAction

# What decides on a version as it was written: never its author's to do.
JUDGING = frozenset({D.APPROVED, D.RETURNED, D.RELEASED_URGENTLY})
# What sends back or overrides says why.
NEEDS_COMMENT = frozenset({D.RETURNED, D.RELEASED_URGENTLY, D.KEY_REVISED, D.VOIDED})
# What somebody may do with a single version, in the order in which it is offered.
PERMISSIONS = {
    D.SUBMITTED: Permission.BANK_EDIT,
    D.APPROVED: Permission.BANK_REVIEW,
    D.RETURNED: Permission.BANK_REVIEW,
    D.RELEASED_URGENTLY: Permission.BANK_RELEASE,
    D.RETIRED: Permission.BANK_EDIT,
}

# (state, action) -> the state after it. What is not here cannot be done.
STEPS: dict[tuple[VersionState, VersionAction], VersionState] = {
    (S.DRAFT, D.SUBMITTED): S.IN_REVIEW,
    (S.IN_REVIEW, D.APPROVED): S.PUBLISHED,
    (S.IN_REVIEW, D.RETURNED): S.DRAFT,
    (S.DRAFT, D.RELEASED_URGENTLY): S.PUBLISHED,
    (S.IN_REVIEW, D.RELEASED_URGENTLY): S.PUBLISHED,
    (S.PUBLISHED, D.APPROVED): S.PUBLISHED,  # the second review that an urgent release owes
    (S.PUBLISHED, D.LAW_AMENDED): S.IN_REVIEW,
    (S.PUBLISHED, D.SUPERSEDED): S.SUPERSEDED,
    # What was written before the version that is published now would undo it.
    (S.DRAFT, D.SUPERSEDED): S.SUPERSEDED,
    (S.IN_REVIEW, D.SUPERSEDED): S.SUPERSEDED,
    (S.PUBLISHED, D.KEY_REVISED): S.PUBLISHED,
    (S.SUPERSEDED, D.KEY_REVISED): S.SUPERSEDED,
    (S.RETIRED, D.KEY_REVISED): S.RETIRED,
    # A void question is drawn no more; anyone who puts it right writes a new version of it.
    (S.IN_REVIEW, D.VOIDED): S.RETIRED,
    (S.PUBLISHED, D.VOIDED): S.RETIRED,
    (S.SUPERSEDED, D.VOIDED): S.SUPERSEDED,
    (S.RETIRED, D.VOIDED): S.RETIRED,
    **{
        (state, D.RETIRED): S.RETIRED for state in (S.DRAFT, S.IN_REVIEW, S.PUBLISHED, S.SUPERSEDED)
    },
}


def follows(state: VersionState, action: VersionAction, review_owed: bool = False) -> bool:
    """Whether an action can be done in a state; published versions are approved if a review is owed."""
    again = state is S.PUBLISHED and action is D.APPROVED
    return (state, action) in STEPS and (review_owed or not again)


def after(state: VersionState, action: VersionAction, review_owed: bool = False) -> VersionState:
    """The state after an action. Raises Conflict when it cannot be done in that state."""
    if not follows(state, action, review_owed):
        raise Conflict("version_state", state=state)
    return STEPS[(state, action)]


def possible_actions(
    actor: Actor, author_id: int | None, state: VersionState, review_owed: bool
) -> list[VersionAction]:
    """What the actor may do now with a version that somebody wrote, as it is offered.

    Over which units they may is the query's to ask (`version_in_reach`).
    """
    mine = is_own(actor, author_id)
    return [
        action
        for action, permission in PERMISSIONS.items()
        if actor.may(permission)
        and follows(state, action, review_owed)
        and not (mine and action in JUDGING)
    ]


def check_comment(action: VersionAction, comment: str) -> None:
    """What sends back, releases urgently, puts a key right or voids says why. Raises RuleBroken."""
    if action in NEEDS_COMMENT and not comment.strip():
        raise RuleBroken("comment", "reason_needed")
