"""Those on duty on the day of an exam get a batch of their own, proposed by the duty roster."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import ExamWindow, WindowPerson
from learnapp.db.people.models import Absence
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.exams import WindowTimes
from learnapp.services.exams import duty_batches
from tests.services.exams.steps import CLOSES
from tests.services.refusals import refused
from tests.small_office import NOW

TIMES = WindowTimes(CLOSES + timedelta(days=2), CLOSES + timedelta(days=2, hours=2))


def _on_duty(office, login, first, last):
    office.session.add(
        Absence(
            person_id=office.staff[login], kind="duty", effect="none", first_day=first,
            last_day=last, reason="", cancelled=False, recorded_at=NOW,
        )
    )  # fmt: skip
    office.session.flush()


@pytest.fixture
def rostered(office):
    """On duty through the window: an officer, another who is also on duty then, and oneself."""
    window = office.session.get(ExamWindow, office.window_id)
    first, last = local_day(window.opens_at), local_day(window.closes_at)
    for login in ("officer", "admin", "other"):
        _on_duty(office, login, first, last)
    _on_duty(office, "other", local_day(TIMES.opens_at), local_day(TIMES.closes_at))
    return office


def test_the_batch_is_for_whom_the_roster_has_on_duty_and_who_is_free_then(rostered):
    found = duty_batches.propose(rostered.caller(), rostered.window_id, TIMES)
    assert [each.login_name for each in found.people] == ["officer"]
    assert [each.login_name for each in found.on_duty_then] == ["other"]
    made = duty_batches.make(rostered.caller(), rostered.window_id, TIMES)
    people = select(WindowPerson.person_id).where(WindowPerson.window_id == made.id)
    assert rostered.session.scalars(people).all() == [rostered.staff["officer"]]


def test_without_anybody_on_duty_there_is_no_batch(office):
    with refused("nobody_on_duty"):
        duty_batches.make(office.caller(), office.window_id, TIMES)
