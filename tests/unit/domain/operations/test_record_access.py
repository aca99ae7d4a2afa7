"""Which pages show a record, which reason is one, and whom the person is not shown."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import ActiveGrant, Actor, Permission, Role
from learnapp.domain.operations.record_access import PAGES, RecordKind, checked_reason, is_by_group


def test_a_record_is_one_persons_or_a_windows():
    assert {kind for kind, _name in PAGES.values()} == set(RecordKind)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "reason_needed"), ("  ", "reason_needed"), ("长" * 401, "value_too_long")],
)
def test_a_reason_says_something_and_fits(text: str, code: str):
    with pytest.raises(RuleBroken) as refused:
        checked_reason(text)
    assert refused.value.code == code
    assert checked_reason(" 核对成绩 ") == "核对成绩"


def test_who_reads_as_a_guidance_group_alone_is_not_shown_to_the_inspected():
    def reads(*roles: Role) -> bool:
        actor = Actor(7, tuple(ActiveGrant(each, 1, 1) for each in roles))
        return is_by_group(actor, Permission.PROGRESS_READ)

    assert reads(Role.INSPECTOR) and reads(Role.INSPECTOR, Role.MARKER)
    assert not reads(Role.INSPECTOR, Role.UNIT_HEAD) and not reads(Role.UNIT_HEAD)
