"""Parts of background work grow while they are quick, and shrink when they are slow."""

from __future__ import annotations

from learnapp.jobs.pace import Pace


def test_quick_parts_double_up_to_twenty_times_the_first():
    pace, sizes = Pace(30), []
    for _ in range(5):
        pace.took(0.001)
        sizes.append(pace.size)
    assert sizes == [60, 120, 240, 240, 240]


def test_a_slow_part_is_followed_by_what_fits_and_never_by_less_than_the_first():
    pace = Pace(30)
    pace.size = 240
    pace.took(0.06)
    assert pace.size == 120
    pace.took(5.0)
    assert pace.size == 30


def test_what_is_done_inside_is_timed():
    pace = Pace(30)
    with pace.measured():
        pass
    assert pace.size == 60
