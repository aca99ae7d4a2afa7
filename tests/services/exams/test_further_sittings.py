"""补考、重考 made for exactly those who need them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.exams.models import ExamWindow, WindowPerson
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.dispensations import DispensationKind, NewDispensation
from learnapp.domain.exams.exams import VoidCause, WindowKind, WindowTimes
from learnapp.services.exams import (
    attempt_start,
    dispensations,
    further_sittings,
    monitoring,
    proctoring,
)
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES

TIMES = WindowTimes(CLOSES + timedelta(days=1), CLOSES + timedelta(days=2))


def _found(office, kind, times=TIMES):
    return further_sittings.preview(office.caller("admin", CLOSES), office.window_id, kind, times)


def _logins(people):
    return sorted(each.login_name for each in people)


def test_each_kind_is_for_whom_its_rule_names_and_oneself_is_left_out(office):
    office.hand_in("officer")  # nothing answered: failed
    public_id = office.hand_in("other")
    proctoring.void(office.caller("admin", EARLY), public_id, "夹带")
    assert _logins(_found(office, WindowKind.MAKE_UP).people) == ["head", "marker", "other"]
    assert _found(office, WindowKind.MAKE_UP).own
    assert _logins(_found(office, WindowKind.RETAKE).people) == ["officer"]
    assert _logins(_found(office, WindowKind.RESIT).people) == ["other"]
    assert office.session.scalar(select(func.count()).select_from(ExamWindow)) == 1


def test_who_is_deferred_beyond_its_end_waits_for_another(office):
    def defer(login, until):
        new = NewDispensation(DispensationKind.DEFERRAL, until, "住院")
        dispensations.ask(
            office.caller("root", EARLY), office.window_id, [office.staff[login]], new
        )
        found, _ = dispensations.listed(
            office.caller("admin", EARLY), dispensations.DispensationFilter(), 0, 1
        )
        dispensations.decide(office.caller("admin", EARLY), found[0].row.id, True, "")

    defer("officer", date(2026, 11, 24))
    defer("other", date(2026, 12, 20))
    found = _found(office, WindowKind.MAKE_UP)
    assert _logins(found.people) == ["head", "marker", "officer"]
    assert _logins(found.away) == ["other"]


def test_the_window_is_reserved_for_those_who_were_shown(office):
    office.hand_in("officer")
    made = further_sittings.make(
        office.caller("admin", CLOSES), office.window_id, WindowKind.RETAKE, TIMES
    )
    people = office.session.scalars(
        select(WindowPerson.person_id).where(WindowPerson.window_id == made.id)
    )
    assert people.all() == [office.staff["officer"]]
    room = monitoring.room(office.caller("admin", CLOSES), made.id)
    assert _logins(room.people) == ["officer"]
    assert [each.id for each in _found(office, WindowKind.RETAKE).beside] == [made.id]


def test_misconduct_leaves_a_resit_alone_and_another_cause_the_make_up_too(office):
    public_id = office.hand_in("other")
    proctoring.void(office.caller("admin", EARLY), public_id, "夹带", VoidCause.MISCONDUCT)
    with pytest.raises(Conflict, match="barred"):
        office.hand_in("other")
    assert "other" not in _logins(_found(office, WindowKind.MAKE_UP).people)
    assert _logins(_found(office, WindowKind.RESIT).people) == ["other"]
    opens = WindowTimes(EARLY + timedelta(hours=1), EARLY + timedelta(hours=5))
    made = further_sittings.make(
        office.caller("admin", EARLY), office.window_id, WindowKind.RESIT, opens
    )
    later = office.caller("other", opens.opens_at)
    assert attempt_start.start(later, made.id, "5eed").public_id != public_id
    spared = office.hand_in("head")
    proctoring.void(office.caller("admin", EARLY), spared, "断电")
    assert office.hand_in("head") != spared


@pytest.mark.parametrize(
    ("kind", "code"),
    [(WindowKind.RESIT, "nobody_in_need"), (WindowKind.MAIN, "unknown_choice")],
)
def test_nothing_is_made_for_nobody(office, kind, code):
    with pytest.raises(RuleBroken, match=code):
        further_sittings.make(office.caller("admin", CLOSES), office.window_id, kind, TIMES)
