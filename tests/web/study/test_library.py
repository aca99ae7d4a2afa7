"""The library, own notes and finding in a text, as their reader meets them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.study.models import Portion, ReadingSection, ReadingVersion
from tests.checks import put_check


def test_a_note_is_written_under_its_section_listed_and_taken_away(home):
    home.enter("officer")
    reply = home.post("/portions/1/note", section="1", text="第二十条")
    assert reply.location == "/portions/1?s=1#told"
    page = home.client.get("/portions/1?s=1").text
    assert "第二十条</textarea>" in page and "已记下" in page
    assert "第二十条" not in home.client.get("/portions/1?s=2").text
    assert 'href="/portions/1?s=1#own-note"' in home.client.get("/notes").text
    home.enter("other")
    assert "第二十条" not in home.client.get("/notes").text
    home.enter("officer")
    home.post("/portions/1/note/remove", section="1", **{"from": "list"})
    assert "还没有书签和笔记" in home.client.get("/notes").text


def test_words_are_found_in_the_text_and_the_size_is_set_in_place(home):
    home.enter("officer")
    page = home.client.get("/portions/1?s=1&find=正文").text
    assert "<mark>正文</mark>" in page and "处" in page
    assert "本篇没有" in home.client.get("/portions/1?s=1&find=没有的词").text
    reply = home.post("/text-size", size="1.5", next="/portions/1?s=1")
    assert reply.location == "/portions/1?s=1#told"
    assert 'data-size="1.5"' in home.client.get("/portions/1?s=1").text


def test_the_week_offers_one_step_and_leads_to_earlier_weeks(home):
    home.enter("officer")
    week = home.client.get("/week").text
    assert week.count('class="step') == 1 and "本周 0/2" in week
    assert "没有到期的任务" in home.client.get("/week?of=2020-01-01").text
    assert home.client.get("/week?of=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("path", "tab"),
    [
        ("/me/hours", "我的"),
        ("/me/readers", "我的"),
        ("/here", "我的"),
        ("/mocks", "练习"),
        ("/week", "本周"),
    ],
)
def test_each_page_of_ones_own_is_under_one_of_the_four_tabs(home, path, tab):
    home.enter("officer")
    page = home.client.get(path).text
    tabs = page[page.index('<nav class="tabs"') :]
    assert re.findall(r'aria-current="page">.*?</svg>(\w+)', tabs, re.DOTALL) == [tab]


def test_a_long_source_opens_in_place_and_a_short_one_stands_beside_the_length(home):
    home.enter("officer")
    long = "根据《宪法》第一百三十一条和公开发布的规定编写的一篇很长的出处"
    for source, opens in (("《法治日报》", False), (long, True)):
        with home.database.writing() as session:
            session.scalars(select(ReadingVersion)).one().source = source
        page = home.client.get("/portions/1?s=1").text
        assert 'data-urls="/portions/1 /portions/1?s=1 /portions/1?s=2"' in page  # read on offline
        assert (f"<cite>出处</cite><span>{source}</span>" in page) is opens and source in page


def test_the_look_is_chosen_and_kept(home):
    home.enter("officer")
    assert "data-theme" not in home.client.get("/week").text
    home.post("/me/settings/theme", theme="dark")
    assert 'data-theme="dark"' in home.client.get("/week").text
    home.post("/me/settings/theme", theme="pink")
    assert "data-theme" not in home.client.get("/me/settings").text
    home.post("/me/settings/next", next_by_itself="yes")
    assert "自动到下一题" in home.client.get("/me/settings").text


def test_an_article_of_a_law_opens_in_place_in_the_text_and_beside_an_answer(home):
    with home.database.writing() as session:
        right, _wrong = put_check(session)
        check = session.get_one(QuestionVersion, session.get_one(Portion, 1).check_version_id)
        check.source = '《刑法》第20条（"2023年"修正）'
        session.scalars(select(ReadingVersion)).one().title = "中华人民共和国刑法"
        first, second = session.scalars(select(ReadingSection).order_by(ReadingSection.ordinal))
        first.html = "<p>依照本法第二十条，本法第九条</p>"
        second.html = "<p>第二十条　正当防卫&lt;不&gt;负刑事责任。</p>"
    home.enter("officer")
    text = home.client.get("/portions/1?s=1").text
    assert "<cite>第二十条</cite><span>正当防卫&lt;不&gt;负刑事责任。</span>" in text
    assert "<cite>第九条" not in text
    home.post("/portions/1/check", answer=right[0])
    told = home.client.get("/portions/1?s=2").text
    assert "<cite>第20条</cite><span>正当防卫&lt;不&gt;负" in told and '"2023年"' not in told
