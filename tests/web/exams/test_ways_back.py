"""The pages by which staff put right what they pressed: seen first, done once, said at the place."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from learnapp.db.bank.models import Bank
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.study import readings
from learnapp.web.core.wording import day_label, moment_label
from tests.small_office import NOW


def _room(home) -> str:
    return f"/rooms/{home.window_id}"


def _hand_in(home) -> str:
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{sheet}/submit", confirmed="1")
    return sheet


def test_other_times_are_seen_before_they_are_given_and_said_once(home):
    home.enter("admin")
    url = f"{_room(home)}/times"
    page = home.client.get(url).text
    assert 'value="2026-11-23T18:00"' in page and "确认改时间" not in page
    new = {"opens_at": "2026-11-23T10:00", "closes_at": "2026-11-24T18:00", "reason": "延后一天"}
    seen = home.client.get(url, query_string=new).text
    assert "确认改时间" in seen and "考试任务的到期时间一起改" in seen
    assert "–18:00" in home.client.get(_room(home)).text  # nothing was done yet
    assert home.post(url, **new).location.startswith(_room(home))
    page = home.client.get(_room(home)).text
    assert "时间已改为" in page and "11月24日 周二 18:00" in page
    home.post(url, **new)
    assert "时间没有变化" in home.client.get(_room(home)).text
    assert "延后一天" in home.client.get(url).text


def test_times_that_would_take_something_away_are_refused_beside_their_field(home):
    home.enter("admin")
    url = f"{_room(home)}/times"
    wrong = {"opens_at": "2026-11-23T10:00", "closes_at": "2026-11-23T11:10", "reason": "早一点"}
    for reply in (home.client.get(url, query_string=wrong), home.post(url, **wrong)):
        assert reply.status_code == 422 and "最早只能改到 11月23日 周一 11:20" in reply.text
    assert home.post(url, **{**wrong, "closes_at": "x"}).status_code == 422
    late = {**wrong, "closes_at": "2026-12-20T11:00"}
    assert "新的截止时间在阶段结束" in home.client.get(url, query_string=late).text


def test_a_cancelled_window_is_said_to_be_so_on_every_page(home):
    home.clock.instant -= timedelta(hours=2)
    home.enter("admin")
    assert home.post(f"{_room(home)}/cancel", reason="").status_code == 303
    assert "请写明理由" in home.client.get(_room(home)).text
    home.post(f"{_room(home)}/cancel", reason="会场停电")
    page = home.client.get(_room(home)).text
    assert "本场已取消，不计应考和缺考" in page and "应考 0 人" in page
    home.enter("officer")
    assert "原定" in home.client.get("/exams").text
    page = home.client.get(f"/windows/{home.window_id}").text
    assert "本场已取消" in page and "会场停电" in page and "开始作答</button>" not in page
    assert home.client.get("/week").status_code == 200
    assert home.post(f"/windows/{home.window_id}/start").status_code == 409
    home.enter("admin")
    home.post(f"{_room(home)}/restore", reason="来电了")
    assert "已恢复" in home.client.get(_room(home)).text
    home.enter("officer")
    assert "会场停电" not in home.client.get(f"/windows/{home.window_id}").text


def test_further_time_is_taken_back_where_it_was_given(home):
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.enter("admin")
    attempt = f"{_room(home)}{sheet}"
    home.post(f"{attempt}/time", minutes="100", reason="停电")
    home.post(f"{attempt}/reduce", minutes="90", reason="多打了一个零")
    assert "已减回 90 分钟" in home.client.get(_room(home)).text
    home.post(f"{attempt}/reduce", minutes="90", reason="再减")
    assert "已减回 10 分钟" in home.client.get(_room(home)).text
    home.post(f"{attempt}/reduce", minutes="90", reason="再减")
    assert "没有可以减回的时间" in home.client.get(_room(home)).text
    given = {"extra-people": "other", "extra-minutes": "150", "extra-reason": "手部受伤"}
    home.post(f"{_room(home)}/extra", **given)
    home.post(f"{_room(home)}/extra/{home.people['other']}/reduce", minutes="135", reason="多了")
    assert re.search(r"other甲.{0,80}加 15 分钟", home.client.get(_room(home)).text, re.S)
    unit = {"unit": str(home.unit_id), "minutes": "10", "reason": "断网"}
    home.post(f"{_room(home)}/time", **unit)
    home.post(f"{_room(home)}/time", **unit, do="reduce")
    assert "已从 1 份答卷减回" in home.client.get(_room(home)).text


def test_who_handed_in_by_mistake_is_told_and_goes_on(home):
    sheet = _hand_in(home)
    home.enter("admin")
    url = f"{_room(home)}{sheet}/reopen"
    assert url in home.client.get(_room(home)).text
    page = home.client.get(url).text
    assert "当时还剩" in page and "20 分钟" in page and "本人交卷" in page
    assert "officer甲（officer）" in page  # of two of one name, whose attempt it is
    assert home.post(url, minutes="20", reason="").status_code == 422
    assert home.post(url, minutes="30", reason="手滑").status_code == 303
    assert "已恢复作答" in home.client.get(_room(home)).text
    home.post(url, minutes="30", reason="手滑")
    assert "已经在作答中" in home.client.get(_room(home)).text
    home.enter("officer")
    week = home.client.get("/week").text
    assert "可以接着作答" in week and f'href="{sheet}"' in week
    assert home.client.get(f"{sheet}/result").location.endswith(sheet)
    assert home.client.get(sheet).status_code == 200
    assert home.client.get(url).status_code == 403


def test_marks_are_not_set_free_before_there_are_any_and_never_unasked(home):
    with home.database.writing() as session:
        session.get_one(Exam, home.exam_id).release = "by_hand"
    home.enter("admin")
    url = f"{_room(home)}/release"
    at = home.clock.now()
    home.clock.instant = at - timedelta(hours=2)
    assert "才开考" in home.client.get(url).text
    assert home.post(url).status_code == 409
    home.clock.instant = at
    assert "没有成绩可以公布" in home.client.get(url).text and home.post(url).status_code == 409
    _hand_in(home)
    home.enter("admin")
    assert "公布 1 份成绩" in home.client.get(url).text and "不能收回" in home.client.get(url).text
    assert home.post(url).status_code == 303
    assert "成绩已公布" in home.client.get(_room(home)).text


def test_a_date_of_another_year_shows_its_year(home):
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    with home.client.application.test_request_context():
        assert day_label(date(2026, 11, 23)) == "11月23日 周一"
        assert day_label(date(2025, 11, 23)) == "2025年11月23日 周日"
        assert moment_label(new_year) == "12月31日 周四 24:00"
        assert moment_label(new_year + timedelta(hours=1)) == "2027年1月1日 周五 01:00"
        assert day_label(date(2025, 11, 23), date(2025, 1, 1)) == "11月23日 周日"
    home.client.set_cookie("language", "en")
    with home.client.application.test_request_context(headers={"Cookie": "language=en"}):
        assert day_label(date(2026, 11, 23)) == "Mon 23 Nov"
        assert day_label(date(2025, 11, 23)) == "Sun 23 Nov 2025"
        assert moment_label(new_year + timedelta(hours=1)) == "Fri 1 Jan 2027 01:00"
    home.enter("admin")
    new = {"opens_at": "2026-11-23T10:00", "closes_at": "2027-01-02T18:00", "reason": "跨年"}
    home.post(f"{_room(home)}/times", **new)
    assert re.search(r"2027年1月2日 周六 18:00", home.client.get("/rooms").text)


def test_an_exam_taken_out_of_a_draft_can_be_put_back(home):
    home.clock.instant -= timedelta(days=10)  # nothing of the plan is past yet
    home.enter("admin")
    home.post("/programmes/1/revise")
    page = home.client.get("/programmes/1").text
    drops = re.findall(r'action="(/programmes/1/lines/\d+/drop)"', page)
    assert drops and "移出了的考试" not in page
    for drop in drops:
        home.post(drop)
    page = home.client.get("/programmes/1").text
    assert "移出了的考试" in page
    back = re.search(r'action="(/programmes/1/exams/\d+/back\?stage=\d+)"', page).group(1)
    home.post(back)
    home.post(back)
    page = home.client.get("/programmes/1").text
    assert "移出了的考试" not in page and page.count("周测</th>") == 1


def test_an_empty_bank_and_an_unasked_reading_can_be_put_away(home):
    home.enter("admin")
    made = home.post("/banks", name="建错的题库", unit=str(home.unit_id), classification="public")
    url = made.location.partition("#")[0]
    with home.database.reading() as session:
        empty = session.scalar(select(Bank.id).where(Bank.name == "建错的题库"))
    assert empty is not None, (made.status_code, url)
    assert "停用这个空题库" in home.client.get(f"/banks/{empty}").text
    assert "停用这个空题库" not in home.client.get("/banks/1").text
    home.post("/banks/1/retire")
    assert "不能停用" in home.client.get("/banks/1").text
    audit = home.client.get("/audit").text
    assert f'href="/banks/{empty}"' in audit
    text = "1.几日内答复？\nA.三日\nB.五日\n答案：B\n".encode()
    file = {"file": (io.BytesIO(text), "题.txt"), "csrf_token": home.token()}
    job = home.client.post(f"/banks/{empty}/import", data=file).location
    home.post(f"/banks/{empty}/retire")
    assert "没有完成的导入，不能停用" in home.client.get(f"/banks/{empty}").text
    home.post(f"{job}/cancel")
    home.post(f"/banks/{empty}/retire")
    assert home.client.get(f"/banks/{empty}").status_code == 404
    audit = home.client.get("/audit").text
    assert "停用空题库" in audit and f'href="/banks/{empty}"' not in audit
    assert "建错的题库" not in re.sub(r"<title>.*?</title>", "", home.client.get("/banks").text)
    assert "停用这份材料" not in home.client.get("/readings/1").text
    home.post("/readings/1/retire")
    assert "有计划在用" in home.client.get("/readings/1").text
    with home.database.writing() as session:
        admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        about = {"title": "重复的", "source": "", "category": "", "classification": "public"}
        parts = [{"heading": "一", "html": "<p>正文</p>", "length": 600}]
        second = readings.add_reading(Caller(session, admin, NOW), home.unit_id, about, parts).id
    assert "停用这份材料" in home.client.get(f"/readings/{second}").text
    assert f'href="/readings/{second}"' in home.client.get("/audit").text
    home.post(f"/readings/{second}/retire")
    audit = home.client.get("/audit").text
    assert "停用学习材料" in audit and f'href="/readings/{second}"' not in audit
    assert "重复的" not in home.client.get("/readings").text
    assert home.post(f"/readings/{second}/retire").status_code == 404
