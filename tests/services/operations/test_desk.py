"""待办: what waits for staff by their rights, and the way of a new installation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.accounts import activation
from learnapp.services.operations import desk, installation, retention
from tests.services.refusals import refused
from tests.small_office import NOW


def _codes(office, login):
    return [code for code, _ in desk.tasks_of(office.caller(login))]


def test_each_right_brings_its_tasks_and_who_has_none_is_no_staff(office):
    assert _codes(office, "marker") == ["to_mark"]
    of_head = [
        "roll_sheet",
        "rework_overdue",
        "finding_overdue",
        "finding",
        "leave_reports",
        "feedback",
        "behind",
        "refused_duty_roster",
        "failed_month_files",
        "failed_unit_figures",
        "failed_study_quality",
        "import_duty_roster",
    ]
    assert _codes(office, "head") == of_head
    assert {"report", "review", "without_account", "import_roster"} <= set(_codes(office, "admin"))
    assert "to_mark" not in _codes(office, "admin")  # an admin does not mark
    assert not desk.is_staff(office.caller("officer").actor)
    with refused("forbidden"):
        desk.tasks_of(office.caller("officer"))


@pytest.mark.parametrize(("login", "waiting"), [("admin", 1), ("local", 0)])
def test_a_task_counts_what_its_right_reaches(office, login, waiting):
    office.add_branch()
    activation.issue(office.system(), [office.staff["officer"]])
    office.session.flush()
    assert dict(desk.tasks_of(office.caller(login)))["unused_code"].count == waiting


def test_an_installation_that_is_set_up_shows_no_steps_but_a_branch_has_its_own(office):
    office.add_branch()
    assert desk.steps_of(office.caller("head")) == []
    steps = desk.steps_of(office.caller("local"))
    assert [(name, done) for name, _, done in steps] == [
        ("units", False),
        ("people", True),
        ("questions", False),
        ("readings", False),
        ("programmes", False),
        ("published", False),
    ]


def test_the_steps_end_when_all_are_done(office):
    office.add_branch()
    assert desk.steps_of(office.caller()) == []


def test_a_new_installation_begins_with_units(sqlite_url):
    database = Database(make_engine(sqlite_url))
    with database.writing() as session:
        installation.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
        admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        steps = desk.steps_of(Caller(session, admin, NOW))
        assert steps[0] == ("units", 1, False) and not any(done for _, _, done in steps)
    database.engine.dispose()


def test_who_looks_after_the_installation_sees_that_nothing_was_cleared_for_days(office):
    late = NOW + timedelta(days=9)
    tasks = dict(desk.tasks_of(office.caller(now=late)))
    assert tasks["retention_late"].count == 9
    assert "retention_late" not in dict(desk.tasks_of(office.caller("head", now=late)))
    sweep = retention.Sweep()
    while (step := sweep.next(office.session, late)) is not None:
        retention.carry_out(office.session, late, step)
    assert dict(desk.tasks_of(office.caller(now=late)))["retention_late"].count == 0
