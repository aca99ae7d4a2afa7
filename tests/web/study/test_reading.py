"""The check question after a reading: its verdict, what is shown once it is right, what comes next."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from learnapp.db.study.models import CheckAnswer
from tests.checks import ask_long_reading, put_check

CHECK = "/portions/1/check"


def _answers(home):
    with home.database.reading() as session:
        return session.scalar(select(func.count()).select_from(CheckAnswer))


@pytest.fixture
def options(home):
    """(right, wrong) options of the check; the officer is signed in."""
    with home.database.writing() as session:
        found = put_check(session)
    home.enter("officer")
    return found


def test_a_wrong_answer_keeps_the_choice_and_may_be_tried_again(home, options):
    _right, wrong = options
    reply = home.post(CHECK, answer=wrong[0])
    assert reply.status_code == 303 and reply.location == "/portions/1?s=2#check"
    for page in (home.client.get(reply.location).text, home.client.get(reply.location).text):
        section = page[page.index('id="check"') :]
        assert "不对，再看看正文，可以再试。" in section
        assert f'value="{wrong[0]}" checked' in section and "提交" in section
        assert "解析" not in section and "正确答案" not in section


def test_a_right_answer_shows_mine_right_why_and_source_now_and_when_opened_again(home, options):
    right, wrong = options
    home.post(CHECK, answer=wrong[0])
    home.post(CHECK, answer=right[0])
    for _ in range(2):
        page = home.client.get("/portions/1?s=2").text
        section = page[page.index('id="check"') :]
        assert "答对了，本篇已完成。" in section and "提交" not in section
        assert section.count("我的选择") == 1 and section.count("正确答案") == 1
        assert "解析" in section and "出处" in section
    week = home.client.get("/week").text
    assert week.index("本周已完成") < week.index("读物")  # owed no longer


def test_an_answer_after_the_right_one_changes_nothing(home, options):
    right, wrong = options
    home.post(CHECK, answer=right[0])
    assert home.post(CHECK, answer=wrong[0]).status_code == 303
    assert _answers(home) == 1
    assert "答对了" in home.client.get("/portions/1?s=2").text


def test_nothing_chosen_is_said_at_the_question(home, options):
    reply = home.post(CHECK)
    page = home.client.get(reply.location).text
    assert page.index('id="check"') < page.index("请先作答。")
    assert reply.location.endswith("#check") and _answers(home) == 0


def test_a_finished_portion_leads_to_the_next_until_none_is_left(home):
    with home.database.writing() as session:
        ask_long_reading(session)
    home.enter("officer")
    page, seen = home.client.get("/portions/2?s=1").text, []
    assert "下一篇" not in page
    at = "/portions/2"
    while at:
        home.post(f"{at}/place", section="9")
        page = home.client.get(f"{at}?s=9").text
        seen.append(at)
        following = re.search(r'href="(/portions/\d+)">下一篇：', page)
        at = following.group(1) if following else None
    assert seen == ["/portions/2", "/portions/3", "/portions/1"]


def test_going_on_to_the_last_section_opens_it_at_its_top(home):
    home.enter("officer")
    assert home.post("/portions/1/place", section="2").location == "/portions/1?s=2"
    assert "本篇已完成" in home.client.get("/portions/1?s=2").text


def test_a_portion_is_opened_once_to_answer_its_check(home, options, monkeypatch):
    from learnapp.services.study import portions

    opened, plain = [], portions.open_portion
    monkeypatch.setattr(portions, "open_portion", lambda *a: opened.append(a) or plain(*a))
    home.post(CHECK, answer=options[0][0])
    assert len(opened) == 1
