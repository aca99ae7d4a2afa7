"""How much one person may write in a day."""

from __future__ import annotations

from learnapp.domain.operations.bounds import MB, MOST, SMALL, Bound, Use


def test_each_use_has_a_bound_far_above_honest_use():
    assert {
        Use.ANSWERS: Bound(count=20_000, size=100 * MB),
        Use.CHECKS: Bound(count=3_000, size=3 * MB),
        Use.PRACTICE: Bound(count=5_000, size=20 * MB),
        Use.REPORTS: Bound(count=100, size=1 * MB),
        Use.UPLOADS: Bound(count=500, size=3_000 * MB),
        Use.REFUSALS: Bound(50, MB),
    } == MOST
    assert set(MOST) == set(Use)


def test_sizes_are_bytes():
    assert MB == 1_000_000 and SMALL == 2_000
    assert all(each.count < each.size for each in MOST.values())
