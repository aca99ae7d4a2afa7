"""Articles of laws: read out of the law, found where a text cites them, opened in place."""

from __future__ import annotations

import pytest

from learnapp.domain.exams.remediation import Citation, article_number
from learnapp.domain.study.law_texts import (
    LONGEST,
    articles_of,
    cited_in,
    spellings,
    with_articles_in_place,
)

LAW = [
    "<h3>第一章　总则</h3><p>第二十条　为了使国家利益免受侵害，属于正当防卫。</p>"
    "<p>不负刑事责任的，<em>依法</em>认定。</p>",
    "<p>第二十条之一　补充。</p><p>第二章　犯罪</p><p>本章另有规定。</p><p>第21条 紧急&lt;避险&gt;。</p>",
]
SELF_DEFENCE = Citation("刑法", "20")


def test_an_article_is_what_stands_from_its_number_to_the_next_or_to_a_chapter():
    assert articles_of(LAW) == {
        "20": "为了使国家利益免受侵害，属于正当防卫。<br>不负刑事责任的，依法认定。",
        "20.1": "补充。",
        "21": "紧急&lt;避险&gt;。",
    }


def test_a_sentence_that_begins_with_an_article_of_another_is_no_article():
    assert articles_of(["<p>第二十条规定的情形除外。</p><p>第二十条、第二十一条同。</p>"]) == {}


def test_a_heading_is_the_beginning_of_its_article_and_a_footnote_no_part_of_it():
    parts = ["<p>第三条</p>", '<p>罪刑法定。</p><p class="footnote"><sup>1</sup> 注。</p>']
    assert articles_of(parts) == {"3": "罪刑法定。"}


def test_short_articles_that_came_together_as_one_heading_are_told_apart():
    heading = "第一章　总则　第四条　一律平等。　第二章　犯罪　第五条　轻重相适应。<br>"
    assert articles_of([heading, "<p>第六条　都适用。</p>"]) == {
        "4": "一律平等。",
        "5": "轻重相适应。",
        "6": "都适用。",
    }


def test_a_very_long_article_is_cut():
    assert articles_of([f"<p>第一条　{'长' * 9_999}</p>"]) == {"1": "长" * LONGEST + "…"}


@pytest.mark.parametrize(
    ("html", "articles"),
    [
        ("<p>依照《中华人民共和国刑法》第二十条第三款</p>", {"20"}),
        (
            "<p>《刑法》（2023年修正）第20条、第二十一条和第一百三十三条之一</p>",
            {"20", "21", "133.1"},
        ),
        ("<p><strong>《刑法》</strong>第二十条至第二十二条</p>", {"20", "22"}),
        ("<p>《刑法》规定了防卫，第二十条另说</p>", set()),
        ("<p>《刑法》</p><p>第二十条</p>", set()),
        ("<p>第二十条《刑法》</p>", set()),
        ("<h3>《刑法》第二十条</h3><p><a href='/x'>《刑法》第二十条</a></p>", set()),
    ],
)
def test_an_article_is_cited_where_its_law_is_named_before_it(html, articles):
    assert cited_in(html) == {Citation("刑法", each) for each in articles}


def test_this_law_is_the_one_whose_text_is_read():
    assert cited_in("<p>依照本法第二十条</p>", "中华人民共和国刑法（节选）") == {SELF_DEFENCE}


def test_what_is_known_opens_in_place_and_all_else_is_left_as_it_was():
    html = "<p>《刑法》第二十条第一款、第二十一条。</p>"
    shown = with_articles_in_place(html, {SELF_DEFENCE: "正当防卫。"})
    assert shown == (
        '<p>《刑法》<label class="fn law"><input type="checkbox" aria-label="第二十条第一款">'
        "<cite>第二十条第一款</cite><span>正当防卫。</span></label>、第二十一条。</p>"
    )
    assert with_articles_in_place(shown, {SELF_DEFENCE: "又一次"}) == shown
    assert with_articles_in_place(html, {}) == html


@pytest.mark.parametrize(
    ("article", "written"),
    [
        ("7", "第七条"),
        ("10", "第十条"),
        ("12", "第十二条"),
        ("105", "第一百零五条"),
        ("110", "第一百一十条"),
        ("1005", "第一千零五条"),
        ("1260", "第一千二百六十条"),
        ("133.1", "第一百三十三条之一"),
    ],
)
def test_a_law_writes_its_numbers_in_words_or_in_figures(article, written):
    assert spellings(article)[0] == written
    assert {article_number(each) for each in spellings(article)} == {article}
