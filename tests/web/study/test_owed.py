"""What a person owes on their pages: each state in words, with a link to where something can be done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.study.programme import RECORDED_KINDS, AbsenceKind
from learnapp.services.exams import exams
from learnapp.services.people import absences
from learnapp.services.people.absences import NewAbsence
from tests.small_office import NOW


def _admin(home, session) -> Actor:
    person_id = home.people["admin"]
    return Actor(person_id, grants_of(session, person_id, local_day(NOW)))


def _away(home, login: str, kind: AbsenceKind) -> None:
    day = local_day(NOW)
    with home.database.writing() as session:
        last = day + timedelta(days=60)
        admin = _admin(home, session)
        absences.record(
            Caller(session, admin, NOW), home.people[login], NewAbsence(kind, day, last, "事由")
        )


def _window(home, kind: WindowKind) -> None:
    with home.database.writing() as session:
        exam = session.get_one(Exam, home.exam_id)
        admin, closes = _admin(home, session), NOW + timedelta(days=20)
        exams.add_window(Caller(session, admin, NOW), exam, kind, NOW, closes)


def _hand_in(home) -> None:
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{sheet}/submit", confirmed="1")


def _line(home) -> tuple[str, str]:
    """The exam's line on the week: (its state in words, its address), after following that."""
    page = home.client.get("/week")
    assert page.status_code == 200
    found = re.search(
        r'href="([^"]+)"><span class="row-text">\s*<span>周测</span>'
        r'(?:\s*<span class="row-meta"><span class="[a-z]+">([^<]+)<|.*?row-state [a-z]+">([^<]+)<)',
        page.text,
        re.DOTALL,
    )
    assert found, page.text
    assert home.client.get(found[1]).status_code == 200
    return found[2] or found[3], found[1]


@pytest.mark.parametrize("kind", RECORDED_KINDS)
def test_the_week_opens_for_everybody_who_is_away(home, kind):
    _away(home, "officer", kind)
    home.enter("officer")
    state, _ = _line(home)
    assert ("已免除" in state) == (kind is AbsenceKind.LONG_LEAVE)
    assert home.client.get("/exams").status_code == 200


def test_each_state_is_said_and_leads_to_where_something_can_be_done(home):
    home.enter("officer")
    assert _line(home) == ("还剩 7 小时", f"/windows/{home.window_id}")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    state, url = _line(home)
    assert state.startswith("作答中，到 ") and url == sheet
    home.post(f"{sheet}/submit", confirmed="1")
    assert _line(home) == ("尚未合格", f"{sheet}/result")
    _window(home, WindowKind.RETAKE)
    assert _line(home)[0].startswith("未合格，可再考")
    home.clock.instant += timedelta(days=21)
    home.enter("other")
    assert _line(home) == ("已过期，不可补", "/exams")
    week = home.client.get("/week").text
    assert "1 项不可再补" in week and week.index("<h2>已过期") < week.index("<h2>不可再补")
    home.enter("officer")
    assert _line(home)[0] == "尚未合格"
    _admin_void(home, sheet)
    home.enter("officer")
    assert _line(home)[0] == "已作废，请联系管理员"


def _admin_void(home, sheet: str) -> None:
    home.enter("admin")
    attempt = sheet.rpartition("/")[2]
    home.post(f"/rooms/{home.window_id}/attempts/{attempt}/void", reason="替考")


def test_a_way_back_that_is_open_is_said_and_leads_there(home):
    home.enter("officer")
    _window(home, WindowKind.REMEDIAL)
    _hand_in(home)
    state, url = _line(home)
    assert state.startswith("未合格，可补学至 ") and url == f"/exams/{home.exam_id}/way-back"


def test_before_the_release_nothing_leads_to_a_way_back(home):
    with home.database.writing() as session:
        session.execute(update(Exam).values(release="by_hand"))
    _window(home, WindowKind.REMEDIAL)
    home.enter("officer")
    _hand_in(home)
    assert _line(home)[0] == "已交卷，成绩未公布"
    assert home.client.get(f"/exams/{home.exam_id}/way-back").status_code == 404
    assert "way-back" not in home.client.get("/exams").text


def test_the_people_behind_a_requirement_are_shown_with_their_state(home):
    home.enter("officer")
    home.post(f"/windows/{home.window_id}/start")
    home.enter("head")
    top = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    page = home.client.get(f"{top}/requirements").text
    url = re.findall(rf'href="({top}/items/\d+)"[^>]*>周测', page)[0]
    shown = home.client.get(url).text
    assert shown.count("作答中，到 ") == 1 and shown.count("还剩 7 小时") == 4
    assert f'href="/people/{home.people["other"]}/learning"' in shown
    assert "other · 云岭市委政法委" in shown


def test_a_week_of_which_everything_is_excused_says_so_and_not_that_it_was_done(home):
    _away(home, "officer", AbsenceKind.LONG_LEAVE)
    home.enter("officer")
    page = home.client.get("/week").text
    assert "项已免" in page and "都完成了" not in page


def test_the_list_of_exams_says_that_one_is_excused_and_still_open(home):
    _away(home, "officer", AbsenceKind.LONG_LEAVE)
    home.enter("officer")
    page = home.client.get("/exams").text
    assert "已免除，不考不算缺考" in page and "，还剩" not in page


def test_of_several_exams_that_can_be_sat_the_first_to_end_comes_first(home):
    with home.database.writing() as session:
        exam, caller = session.get_one(Exam, home.exam_id), Caller(session, SYSTEM, NOW)
        for days in (9, 2):
            exams.add_window(
                caller,
                exam,
                WindowKind.MAKE_UP,
                NOW - timedelta(hours=1),
                NOW + timedelta(days=days),
            )
    home.enter("officer")
    page = home.client.get("/exams").text
    days = re.findall(r"<p>11月(\d+)日 |<p>12月(\d+)日 ", page.partition("现在可以作答")[2])
    ends = [int(november or december) + 30 * bool(december) for november, december in days]
    assert len(ends) == 3 and ends == sorted(ends)
