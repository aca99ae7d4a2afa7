"""A clock that jumps hands in nobody: pages, scheduler, the notice for staff, the confirmation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from learnapp.clock import MachineClock
from learnapp.domain.operations.timekeeping import ClockReading
from learnapp.jobs import timekeeping as jobs
from learnapp.jobs.tick import tick
from learnapp.jobs.timekeeping import Watch
from learnapp.randomness import MachineRandomness
from tests.small_office import NOW

DAY = timedelta(days=1)
OPEN = NOW + timedelta(hours=2)


class Machine:
    """A machine whose clocks a test moves, together or apart."""

    def __init__(self) -> None:
        self.reading = ClockReading(OPEN, 5000.0, "first")

    def pass_time(self, span: timedelta) -> None:
        now = self.reading
        self.reading = replace(now, wall=now.wall + span, steady=now.steady + span.total_seconds())

    def set_wall(self, by: timedelta) -> None:
        self.reading = replace(self.reading, wall=self.reading.wall + by)

    def clock(self) -> MachineClock:
        return MachineClock(lambda: self.reading)


@pytest.fixture
def machine(home) -> Machine:
    """The machine under the house."""
    made = Machine()
    home.client.application.extensions["learnapp.clock"] = made.clock()
    return made


@pytest.fixture
def scheduler(home, machine: Machine, monkeypatch) -> Callable[[], bool]:
    """A round of the scheduler in a process of its own; whether it worked by the clock."""
    monkeypatch.setattr(jobs, "RECORD_EVERY_S", 0.0)
    clock = machine.clock()
    watch = Watch(home.database, clock)

    def round_() -> bool:
        believed = watch.round()
        if believed:
            tick(home.database, clock.now(), MachineRandomness())
        return believed

    round_()
    return round_


@pytest.fixture
def attempt(home, machine: Machine) -> str:
    """The address of an attempt of the officer's that was begun at OPEN and lasts 20 minutes."""
    home.enter("officer")
    reply = home.post(f"/windows/{home.window_id}/start")
    return reply.headers["Location"]


def _is_open(home, attempt: str) -> bool:
    return home.client.get(attempt).status_code == 200


@pytest.mark.parametrize("by", [DAY, -DAY])
def test_a_clock_that_jumps_a_day_hands_in_nobody_and_takes_no_time(
    home, machine, scheduler, attempt, by
):
    machine.pass_time(timedelta(minutes=5))
    machine.set_wall(by)
    assert not scheduler()
    assert _is_open(home, attempt)
    headers = {"X-CSRFToken": home.token("/me"), "Accept": "application/json"}
    told = home.client.post(f"{attempt}/answers", json={"events": []}, headers=headers).json
    assert (told["attempt_state"], told["remaining_s"]) == ("open", 15 * 60)


def test_even_after_its_own_time_nobody_is_handed_in_while_the_clock_is_in_doubt(
    home, machine, scheduler, attempt
):
    machine.set_wall(DAY)
    machine.pass_time(timedelta(minutes=30))
    assert not scheduler()
    assert _is_open(home, attempt)


def test_when_the_clock_is_put_right_work_goes_on_by_itself(home, machine, scheduler, attempt):
    machine.set_wall(DAY)
    assert not scheduler()
    machine.set_wall(-DAY)
    machine.pass_time(timedelta(minutes=30))
    assert scheduler()
    assert not _is_open(home, attempt)


def test_time_that_really_passed_hands_in_whoever_ran_out(home, machine, scheduler, attempt):
    machine.pass_time(timedelta(hours=9))
    assert scheduler()
    assert not _is_open(home, attempt)


def test_staff_see_the_notice_officers_do_not_and_only_an_admin_confirms(home, machine, scheduler):
    machine.set_wall(DAY)
    scheduler()
    home.enter("officer")
    assert "时钟发生跳变" not in home.client.get("/week").text
    assert home.client.get("/clock").status_code == 403
    assert home.post("/clock/confirm").status_code == 403
    home.enter("head")
    page = home.client.get("/progress", follow_redirects=True).text
    assert "时钟发生跳变" in page and 'href="/clock"' not in page
    home.enter("admin")
    assert 'href="/clock"' in home.client.get("/audit").text
    page = home.client.get("/clock").text
    assert "1 天 0 小时" in page and "会立即交卷" in page


def test_a_confirmed_clock_is_followed_by_every_process_and_audited(
    home, machine, scheduler, attempt
):
    machine.set_wall(DAY)
    assert not scheduler()
    home.enter("admin")
    reply = home.post("/clock/confirm")
    assert reply.status_code == 303
    assert "时钟发生跳变" not in home.client.get("/audit").text
    assert "确认服务器时间" in home.client.get("/audit").text
    assert scheduler(), "the scheduler's process did not take the confirmation over"
    home.enter("officer")
    assert not _is_open(home, attempt)
    home.enter("admin")
    assert (
        "无需确认"
        in home.client.post(
            "/clock/confirm", data={"csrf_token": home.token("/me")}, follow_redirects=True
        ).text
    )


def test_a_process_that_starts_after_the_jump_sees_it_too(home, machine, scheduler, attempt):
    machine.pass_time(timedelta(minutes=1))
    scheduler()
    machine.set_wall(DAY)
    fresh = machine.clock()
    assert not Watch(home.database, fresh).round()
    assert fresh.now() == OPEN + timedelta(minutes=1)
    home.client.application.extensions["learnapp.clock"] = machine.clock()
    assert _is_open(home, attempt)
