"""A programme rolled over year after year: new exams and plans, and no past figure another."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.progress import counters
from learnapp.services.exams import programme_copies
from learnapp.services.exams.programme_copies import CopyWish
from learnapp.services.progress import figures, past_figures
from learnapp.services.study import programme_lines, programmes, publishing
from tests.services.refusals import refused
from tests.small_office import NOW

AFTER = NOW + timedelta(days=13)
PAST_DAYS = [date(2026, 11, 24), date(2026, 11, 29), date(2026, 12, 3)]


def _past(office, now):
    """Each figure of some past days, as bytes."""
    stage = figures.stage_for(office.session, office.stage_id)
    caller = office.caller(now=now)
    return [
        repr(
            (found.top, found.rows, found.time, found.checkpoint, found.as_of, found.known_at)
        ).encode()
        for day in PAST_DAYS
        for found in [past_figures.as_reported(caller, stage, office.unit_id, day)]
    ]


def test_three_years_in_a_row_leave_every_past_figure_byte_for_byte(office):
    counters.refresh_stale(office.session, AFTER)
    before, source = _past(office, AFTER), office.programme_id
    for year in (2027, 2028, 2029):
        now = AFTER + timedelta(days=365 * (year - 2027))
        wish = CopyWish(f"{year}年", date(year, 11, 15))
        made = programme_copies.roll_over(office.caller(now=now), source, wish)
        assert (made.portions, made.exams, made.left_out) == (1, 1, [])
        publishing.publish(office.caller(now=now), made.programme.id)
        counters.refresh_stale(office.session, now)
        assert _past(office, now) == before
        source = made.programme.id
    exams = office.session.scalars(select(Exam).order_by(Exam.id)).all()
    windows = office.session.scalars(select(ExamWindow).order_by(ExamWindow.id)).all()
    assert len(exams) == len(windows) == 4
    assert {each.opens_at.astimezone().weekday() for each in windows} == {0}
    assert {each.blueprint_id for each in exams} == {exams[0].blueprint_id}


def test_a_copy_takes_what_is_wished_and_names_what_does_not_fit(office):
    caller = office.caller()
    bare = programme_copies.roll_over(
        caller, office.programme_id, CopyWish("空", date(2027, 11, 15), False, False)
    )
    assert (bare.portions, bare.exams) == (0, 0)
    near = programme_copies.roll_over(
        caller, office.programme_id, CopyWish("近", date(2026, 11, 24))
    )
    assert near.exams + len(near.left_out) == 1
    plan = programmes.plan_in_reach(caller, near.programme.id)
    lines = programme_lines.lines_of(office.session, plan.stage.id)
    assert all(plan.stage.first_day <= each.plan_day <= plan.stage.last_day for each in lines)
    with refused("first_day_past"):
        programme_copies.roll_over(caller, office.programme_id, CopyWish("旧", date(2026, 11, 22)))
