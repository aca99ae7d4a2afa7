"""A question version's life: what may be done with it in which state."""

from __future__ import annotations

import pytest

from learnapp.domain.bank.versions import (
    JUDGING,
    VersionAction,
    VersionState,
    after,
    check_comment,
    possible_actions,
)
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import ActiveGrant, Actor, Role

S, A = VersionState, VersionAction
# What may be done in each state, with the state that follows; anything else is a conflict.
LIVES = {
    S.DRAFT: {
        A.SUBMITTED: S.IN_REVIEW,
        A.RELEASED_URGENTLY: S.PUBLISHED,
        A.SUPERSEDED: S.SUPERSEDED,
        A.RETIRED: S.RETIRED,
    },
    S.IN_REVIEW: {
        A.APPROVED: S.PUBLISHED,
        A.RETURNED: S.DRAFT,
        A.RELEASED_URGENTLY: S.PUBLISHED,
        A.SUPERSEDED: S.SUPERSEDED,
        A.VOIDED: S.RETIRED,
        A.RETIRED: S.RETIRED,
    },
    S.PUBLISHED: {
        A.APPROVED: S.PUBLISHED,
        A.LAW_AMENDED: S.IN_REVIEW,
        A.SUPERSEDED: S.SUPERSEDED,
        A.KEY_REVISED: S.PUBLISHED,
        A.VOIDED: S.RETIRED,
        A.RETIRED: S.RETIRED,
    },
    S.SUPERSEDED: {
        A.KEY_REVISED: S.SUPERSEDED,
        A.VOIDED: S.SUPERSEDED,
        A.RETIRED: S.RETIRED,
    },
    S.RETIRED: {A.KEY_REVISED: S.RETIRED, A.VOIDED: S.RETIRED},
}
SAYS_WHY = {A.RETURNED, A.RELEASED_URGENTLY, A.KEY_REVISED, A.VOIDED}


@pytest.mark.parametrize("action", A)
@pytest.mark.parametrize("state", S)
def test_what_may_be_done_in_a_state_and_what_follows(state, action):
    if action in LIVES[state]:
        assert after(state, action, review_owed=True) is LIVES[state][action]
        return
    with pytest.raises(Conflict) as refused:
        after(state, action, review_owed=True)
    assert (refused.value.code, refused.value.params) == ("version_state", {"state": state})


@pytest.mark.parametrize("action", A)
def test_what_sends_back_or_overrides_says_why(action):
    check_comment(action, "法条已修改")
    if action not in SAYS_WHY:
        check_comment(action, "")
        return
    for empty in ("", " \n"):
        with pytest.raises(RuleBroken) as refused:
            check_comment(action, empty)
        assert (refused.value.field, refused.value.code) == ("comment", "reason_needed")


def test_a_published_version_is_approved_again_only_where_a_review_is_owed():
    with pytest.raises(Conflict) as refused:
        after(S.PUBLISHED, A.APPROVED)
    assert refused.value.code == "version_state"
    assert after(S.IN_REVIEW, A.APPROVED) is S.PUBLISHED


def somebody(*roles: Role) -> Actor:
    """Person 7 with these roles over unit 1."""
    return Actor(7, tuple(ActiveGrant(role, 1, None) for role in roles))


@pytest.mark.parametrize(
    ("roles", "author", "state", "owed", "possible"),
    [
        ([Role.QUESTION_EDITOR], 7, S.DRAFT, False, [A.SUBMITTED, A.RETIRED]),
        ([Role.QUESTION_EDITOR], 7, S.IN_REVIEW, False, [A.RETIRED]),
        ([Role.REVIEWER], 8, S.IN_REVIEW, False, [A.APPROVED, A.RETURNED]),
        ([Role.REVIEWER], 7, S.IN_REVIEW, False, []),
        ([Role.REVIEWER], 8, S.PUBLISHED, False, []),
        ([Role.REVIEWER], 8, S.PUBLISHED, True, [A.APPROVED]),
        ([Role.ADMIN], 8, S.DRAFT, False, [A.SUBMITTED, A.RELEASED_URGENTLY, A.RETIRED]),
        ([Role.ADMIN], 7, S.DRAFT, False, [A.SUBMITTED, A.RETIRED]),
        ([Role.ADMIN], None, S.SUPERSEDED, False, [A.RETIRED]),
        ([Role.ADMIN], 8, S.RETIRED, False, []),
        ([Role.OFFICER], 8, S.DRAFT, False, []),
    ],
)
def test_what_is_offered_is_what_the_state_and_the_rights_allow(
    roles, author, state, owed, possible
):
    assert possible_actions(somebody(*roles), author, state, owed) == possible


def test_its_author_may_not_judge_a_version():
    assert {A.APPROVED, A.RETURNED, A.RELEASED_URGENTLY} == JUDGING
