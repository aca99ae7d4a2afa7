"""The demonstration's folder holds nothing else, and says what is wished once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from learnapp.clock import make_clock
from learnapp.db.operations.demo_folder import LARGE, SMALL, DemoFolder, DemoState
from learnapp.domain.operations.demonstration import Wish

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def test_a_folder_with_anything_else_in_it_is_no_place_for_a_demonstration(tmp_path):
    (tmp_path / "learnapp.sqlite3").touch()
    folder = DemoFolder(tmp_path)
    with pytest.raises(FileExistsError):
        folder.prepare()
    assert not folder.is_one


def test_a_wish_is_there_until_it_is_begun_and_the_newest_counts(tmp_path):
    folder = DemoFolder(tmp_path / "demo")
    folder.prepare()
    folder.prepare()
    assert folder.is_one and folder.wished() is None
    folder.wish(Wish.LARGE)
    folder.wish(Wish.FRIDAY)
    assert folder.wished() is Wish.FRIDAY
    folder.forget_wish()
    assert folder.wished() is None


def test_the_state_is_read_as_it_was_written(tmp_path):
    folder = DemoFolder(tmp_path)
    assert folder.state() == DemoState()
    folder.set_state(DemoState(LARGE, 0.4, 0.1, True, 2))
    assert folder.state() == DemoState(LARGE, 0.4, 0.1, True, 2)


def test_a_clock_that_is_moved_is_no_jump(tmp_path):
    folder = DemoFolder(tmp_path)
    folder.set_clock(SMALL, NOW)
    clock = make_clock(folder.clock(SMALL))
    before = clock.now()
    folder.set_clock(SMALL, datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    assert clock.now() > before and clock.now().day == 27
    assert clock.jump() is None


def test_a_town_goes_without_the_other_and_all_of_it_at_once(tmp_path):
    folder = DemoFolder(tmp_path / "demo")
    folder.prepare()
    for town in (SMALL, LARGE):
        folder.home(town).mkdir()
        folder.set_clock(town, NOW)
    folder.remove(LARGE)
    assert folder.clock(SMALL).exists() and not folder.home(LARGE).exists()
    folder.remove()
    assert not folder.path.exists() and tmp_path.exists()
