"""When the scheduler's jobs are due next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from learnapp.domain.operations.scheduled_jobs import Ahead, ScheduledJob, next_at

J = ScheduledJob
NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)  # 9:00 in Beijing
OPENS, CLOSES = NOW + timedelta(days=3), NOW + timedelta(hours=2)


def test_windows_say_when_and_nights_come_again():
    ahead = Ahead(OPENS, CLOSES)
    found = {job: next_at(job, ahead, NOW) for job in J}
    assert found[J.OPEN_WINDOW] == OPENS and found[J.CLOSE_WINDOW] == CLOSES
    assert found[J.CHECK_WINDOW] == OPENS - timedelta(days=1)
    assert found[J.PREPARE_WINDOW] == OPENS - timedelta(minutes=10)
    assert found[J.RETENTION] == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)  # 2:00 of the 28th
    assert found[J.SHOW_KEYS] is found[J.SUBMIT_ATTEMPT] is None
    before_two = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    assert next_at(J.RETENTION, ahead, before_two) == datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
    soon = Ahead(NOW + timedelta(hours=1), None)
    assert next_at(J.CHECK_WINDOW, soon, NOW) == NOW  # late already: at once
    assert next_at(J.CLOSE_WINDOW, soon, NOW) is None
    assert next_at(J.CHECK_WINDOW, Ahead(None, None), NOW) is None
