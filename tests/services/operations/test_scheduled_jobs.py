"""The scheduler's work as it is listed: every job that it can name, with what was done."""

from __future__ import annotations

import ast
import inspect
from datetime import timedelta

import pytest

from learnapp.db.operations import query_statistics
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.operations.scheduled_jobs import ScheduledJob
from learnapp.services.operations import schedule
from learnapp.services.operations.scheduled_jobs import scheduled
from tests.services.exams.steps import CLOSES, OPENS


def test_what_was_done_is_counted_and_what_is_planned_has_its_time(office):
    before = {each.job: each for each in scheduled(office.caller())}
    assert before[ScheduledJob.OPEN_WINDOW].done is None
    assert before[ScheduledJob.OPEN_WINDOW].next_at == OPENS
    for work in schedule.due(office.session, OPENS):
        schedule.carry_out(office.session, OPENS, work, "5eed")
    after = {each.job: each for each in scheduled(office.caller(now=OPENS))}
    done = after[ScheduledJob.OPEN_WINDOW].done
    assert (done.last, done.count) == (OPENS, 1)
    assert after[ScheduledJob.OPEN_WINDOW].next_at is None
    assert after[ScheduledJob.CLOSE_WINDOW].next_at == CLOSES
    later = {each.job: each for each in scheduled(office.caller(now=OPENS + timedelta(days=8)))}
    assert later[ScheduledJob.OPEN_WINDOW].done is None
    with pytest.raises(Forbidden):
        scheduled(office.caller("head"))


def test_every_job_of_the_schedule_is_listed():
    compared = {
        each.value
        for node in ast.walk(ast.parse(inspect.getsource(schedule.carry_out)))
        if isinstance(node, ast.Compare) and ast.unparse(node.left) == "work.job"
        for each in node.comparators
        if isinstance(each, ast.Constant)
    }
    assert len(compared) > 6 and compared | {"submit_attempt", query_statistics.JOB} == set(
        ScheduledJob
    ) - {ScheduledJob.RETENTION, ScheduledJob.BACKUP}
