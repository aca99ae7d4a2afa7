"""自选动作: only the unit's own people get it, it enters no required figure, who offered it takes it out."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.progress import counters
from learnapp.db.study.models import Item, Portion
from learnapp.db.study.unit_electives import offers_to
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.exams import Channel, ExamKind
from learnapp.domain.people.people import LoginKind
from learnapp.domain.study.my_week import WeekGroup
from learnapp.domain.study.study_sessions import RollMark, SessionKind, Tick
from learnapp.domain.study.unit_electives import ElectiveKind, usual_last_day
from learnapp.services.exams import attempt_start, attempts, exams
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.progress import figures
from learnapp.services.study import (
    completions,
    my_week,
    portions,
    readings,
    study_sessions,
    unit_electives,
)
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.study_sessions import NewSession
from learnapp.services.study.unit_electives import NewElective
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY, NOW

LAST = usual_last_day(local_day(NOW))
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def extra(office):
    """A reading of the office that nothing asks, a branch below with somebody of its own and a head."""
    about = {"title": "典型案例", "source": "", "category": "", "classification": "public"}
    sections = [{"heading": f"第{n}节", "html": "<p>文</p>", "length": 600} for n in (1, 2)]
    made = readings.add_reading(office.caller(), office.unit_id, about, sections)
    branch = office.add_branch()
    for login in ("b-head", "b-officer"):
        person = people.add_person(office.system(), login, [(LoginKind.BADGE, login)])
        post = people.MembershipSpec(branch, office.line_id)
        people.join(office.system(), person.id, post, FIRST_DAY)
        office.staff[login] = person.id
    new = NewGrant(Role.UNIT_HEAD, branch, office.line_id, FIRST_DAY)
    roles.grant(office.system(), office.staff["b-head"], new)
    counters.refresh(office.session, NOW, [office.staff["b-head"], office.staff["b-officer"]])
    return branch, made.id


def _offered(office, login, now=NOW):
    return {each.item_id for each in offers_to(office.session, office.staff[login], now)}


def _figures(office):
    stage = figures.stage_for(office.session, office.stage_id)
    return figures.unit_figures(office.caller(), stage, office.unit_id).rows[0].counts


def test_a_unit_offers_a_reading_to_its_own_people_alone(office, extra):
    branch, reading_id = extra
    before = _figures(office)
    new = NewElective(branch, ElectiveKind.READING, reading_id, LAST)
    row = unit_electives.offer(office.caller("b-head"), new)
    assert unit_electives.offer(office.caller("b-head"), new).id == row.id
    items = set(
        office.session.scalars(
            select(Item.id).join(Portion).where(Portion.reading_id == reading_id)
        )
    )
    assert items and _offered(office, "b-officer") == items and not _offered(office, "officer")
    week = my_week.own_week(office.session, office.staff["b-officer"], NOW)
    assert [each.offer.unit for each in week[WeekGroup.ELECTIVE]] == ["东城分局"] * len(items)
    portion = week[WeekGroup.ELECTIVE][0].portion_id
    assert portions.open_portion(office.caller("b-officer"), portion)
    with refused("portion_unknown"):
        portions.open_portion(office.caller("officer"), portion)
    for item in items:
        done = NewCompletion(office.staff["b-officer"], item, Channel.PAPER, {}, "纸")
        completions.complete(office.system(), done)
    found, total = unit_electives.listed(office.caller("b-head"), PageSpan(1, 20))
    assert (total, found[0].taken.people, found[0].taken.done) == (1, 3, 1)
    assert _figures(office) == before  # what is required is as it was
    view = my_week.week_view(office.session, office.staff["b-officer"], NOW)
    assert view.done == 0 and len(view.groups[WeekGroup.DONE]) == len(items)


def test_it_is_taken_out_by_who_offered_it_or_who_edits_programmes_there(office, extra):
    _branch, reading_id = extra
    new = NewElective(office.unit_id, ElectiveKind.READING, reading_id, LAST)
    row = unit_electives.offer(office.caller("head"), new)
    assert _offered(office, "b-officer") == _offered(office, "officer") != set()
    with refused("elective_unknown"):
        unit_electives.take_out(office.caller("b-head"), row.id)
    assert unit_electives.listed(office.caller("b-head"), PageSpan(1, 20)) == ([], 0)
    office.appoint("other", Role.LIAISON)
    assert not unit_electives.listed(office.caller("other"), PageSpan(1, 20))[0][0].may_take_out
    with refused("forbidden"):
        unit_electives.take_out(office.caller("other"), row.id)
    assert unit_electives.take_out(office.caller("head"), row.id)
    assert not unit_electives.take_out(office.caller("head"), row.id)
    assert not _offered(office, "officer")
    again = unit_electives.offer(office.caller("head"), new)
    assert again.id != row.id and unit_electives.take_out(office.caller("admin"), again.id)


def test_nothing_is_offered_beyond_ones_grants(office, extra):
    branch, reading_id = extra
    up = NewElective(office.unit_id, ElectiveKind.READING, reading_id, LAST)
    with pytest.raises(NotFound):
        unit_electives.offer(office.caller("b-head"), up)
    with refused(
        "elective_unknown"
    ):  # an exam that the superior unit holds is not opened to others
        unit_electives.offer(
            office.caller("b-head"), NewElective(branch, ElectiveKind.EXAM, office.exam_id, LAST)
        )
    kinds = {each.kind for each in unit_electives.choices(office.caller("b-head"))}
    assert kinds == {ElectiveKind.READING}
    named = unit_electives.choices(office.caller("b-head"), "典型")
    assert [each.title for each in named] == ["典型案例"]
    with refused("date_unlikely"):
        unit_electives.offer(
            office.caller("b-head"),
            NewElective(branch, ElectiveKind.READING, reading_id, local_day(NOW) - timedelta(1)),
        )
    alone = NewGrant(Role.UNIT_HEAD, office.unit_id, None, FIRST_DAY)
    roles.grant(office.system(), office.staff["officer"], alone)
    with refused("part_in_reach"):
        unit_electives.offer(office.caller("officer"), up)


def test_an_offered_exam_is_sat_by_the_units_people_and_expected_of_nobody(office, extra):
    branch, _reading = extra
    plan = exams.ExamPlan(
        "分局练兵",
        ExamKind.WEEKLY,
        timedelta(minutes=20),
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=9),
    )
    blueprint = office.session.scalars(select(Exam.blueprint_id)).first()
    exam = exams.add_exam(office.caller(), blueprint, plan)
    window = office.session.scalars(
        select(ExamWindow.id).where(ExamWindow.exam_id == exam.id)
    ).one()
    before = _figures(office)
    with refused("window_unknown"):
        attempt_start.start(office.caller("b-officer", LATER), window, "5eed")
    new = NewElective(branch, ElectiveKind.EXAM, exam.id, LAST)
    unit_electives.offer(office.caller("head"), new)
    attempt = attempt_start.start(office.caller("b-officer", LATER), window, "5eed").public_id
    attempts.submit(office.caller("b-officer", LATER), attempt)
    with refused("window_unknown"):
        attempt_start.start(office.caller("officer", LATER), window, "5eed")
    cards = exams.sittable(office.session, office.staff["officer"], LATER)
    assert exam.id not in {each.exam.id for each in cards}
    assert _figures(office) == before


def test_an_offered_session_is_done_by_being_there_and_leaves_nothing_to_make_up(office, extra):
    start = NOW + timedelta(hours=1)
    head = office.caller("head")
    planned = NewSession(office.unit_id, SessionKind.LECTURE, "讲座", "", "三楼", start)
    row = study_sessions.plan(head, planned)
    new = NewElective(office.unit_id, ElectiveKind.SESSION, row.id, LAST)
    unit_electives.offer(head, new)
    week = my_week.own_week(office.session, office.staff["officer"], NOW)
    assert [each.title for each in week[WeekGroup.ELECTIVE]] == ["讲座"]
    tick = Tick(str(uuid.uuid4()), 1, office.staff["officer"], RollMark.PRESENT)
    study_sessions.receive(office.caller("head", LATER), row.id, [tick])
    study_sessions.close(office.caller("head", LATER), row.id)
    while study_sessions.credit_some(office.session, LATER):
        pass
    week = my_week.own_week(office.session, office.staff["officer"], LATER)
    assert [each.title for each in week[WeekGroup.DONE] if each.offer] == ["讲座"]
    missed = my_week.own_week(office.session, office.staff["other"], LATER)
    assert all("讲座" not in [each.title for each in found] for found in missed.values())
    assert study_sessions.roll(office.caller("head", LATER), row.id).make_up == []
    found, _total = unit_electives.listed(office.caller("head", LATER), PageSpan(1, 20))
    assert found[0].taken.done == 1
