"""The page before an exam: the clock starts at its button, and it says why there is none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, WindowPerson
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.exams import WindowKind
from learnapp.services.exams import accommodations, exams, proctoring
from tests.small_office import NOW


def page(home) -> str:
    reply = home.client.get(f"/windows/{home.window_id}")
    assert reply.status_code == 200, reply.text
    return reply.text


def admin(session, home) -> Actor:
    person_id = home.people["admin"]
    return Actor(person_id, grants_of(session, person_id, local_day(NOW)))


def attempts(home) -> int:
    with home.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Attempt))


BUTTON = re.compile(r"<button[^>]*>开始作答</button>")


def test_the_list_leads_to_the_page_and_only_its_button_starts_the_clock(home):
    home.enter("officer")
    listed = home.client.get("/exams").text
    assert f'href="/windows/{home.window_id}"' in listed and "/start" not in listed
    text = page(home)
    for said in (
        "10 题，满分 100 分，合格线 60 分，20 分钟",
        "单选",
        "2 题",
        "每题 10 分",
        "共 20 分",
        "可作答 1 次，已作答 0 次",
        "多选题全部选对才得分",
        "成绩在全部阅完后立即公布",
        "断网可以继续作答",
        "复制题目会记下",
    ):
        assert said in text, said
    assert BUTTON.search(text) and attempts(home) == 0
    sheet = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    assert attempts(home) == 1
    text = page(home)
    assert "继续作答" in text and not BUTTON.search(text)
    listed = home.client.get("/exams").text
    assert f'action="{sheet}/resume"' in listed and "继续作答" in listed


def test_an_older_page_goes_on_with_its_attempt_and_never_begins_another(home):
    with home.database.writing() as session:
        session.get_one(Exam, home.exam_id).tries = 2
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    assert home.post(f"{sheet}/resume").headers["Location"] == sheet
    home.post(f"{sheet}/submit", confirmed="1")
    assert home.post(f"{sheet}/resume").headers["Location"] == sheet
    assert home.client.get(sheet).headers["Location"] == f"{sheet}/result"
    assert attempts(home) == 1
    home.enter("other")
    assert home.post(f"{sheet}/resume").status_code == 404


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "还没有开考，11月23日 周一 10:00 开始"), (20, "已于 11月23日 周一 18:00 截止")],
)
def test_before_and_after_the_window_it_says_when(home, hours, said):
    home.enter("officer")
    home.clock.instant = NOW + timedelta(hours=hours)
    assert said in page(home) and not BUTTON.search(page(home))


def _use_the_try(home):
    path = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    home.post(f"{path}/submit", confirmed="1")


def _batch_of_others(home):
    with home.database.writing() as session:
        session.add(WindowPerson(window_id=home.window_id, person_id=home.people["other"]))


def _elsewhere(home):
    with home.database.writing() as session:
        session.get_one(Exam, home.exam_id).networks = ["10.3.0.0/16"]


def _for_the_absent(home):
    _use_the_try(home)
    with home.database.writing() as session:
        session.get_one(ExamWindow, home.window_id).kind = WindowKind.MAKE_UP


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (_use_the_try, "作答次数已用完"),
        (_batch_of_others, "这一场只给名单里的人"),
        (_elsewhere, "只能在指定的网络里开始"),
        (_for_the_absent, "这一场补考给缺考的人"),
    ],
)
def test_what_a_start_would_refuse_the_page_says_before(home, prepare, said):
    home.enter("officer")
    prepare(home)
    text = page(home)
    assert said in text and not BUTTON.search(text)
    refused = home.post(f"/windows/{home.window_id}/start")
    assert refused.status_code == 409 and said in refused.text


def test_a_window_of_an_exam_that_is_not_asked_of_them_does_not_exist(home):
    home.enter("officer")
    assert home.client.get("/windows/9999").status_code == 404


def test_the_minutes_are_those_this_person_would_have(home):
    home.enter("officer")
    with home.database.writing() as session:
        chosen = [home.people["officer"]]
        accommodations.give_extra_time(
            Caller(session, admin(session, home), NOW), home.exam_id, chosen, 600, "手伤"
        )
    assert "您另有 10 分钟" in page(home)
    home.clock.instant = NOW + timedelta(hours=8, minutes=55)
    assert "现在开始，到截止只有 5 分钟" in page(home)


def test_the_proctors_words_stand_on_it(home):
    with home.database.writing() as session:
        proctoring.announce(
            Caller(session, admin(session, home), NOW), home.window_id, "改在三楼机房"
        )
    home.enter("officer")
    assert "改在三楼机房" in page(home)


def test_the_way_back_leads_to_the_page_too(home):
    home.enter("officer")
    with home.database.writing() as session:
        exam = session.get_one(Exam, home.exam_id)
        made = exams.add_window(
            Caller(session, admin(session, home), NOW),
            exam,
            WindowKind.REMEDIAL,
            NOW,
            NOW + timedelta(days=9),
        )
        window_id = made.id
    text = home.client.get(f"/windows/{window_id}").text
    assert "这一场补考给不合格的人" in text and "不限，合格为止" in text
