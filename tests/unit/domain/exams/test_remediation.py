"""Which sections of a reading treat what a question rests on."""

from __future__ import annotations

import pytest

from learnapp.domain.exams.remediation import (
    Citation,
    citations,
    cites_any,
    law_cited,
    of_category,
    short_name,
)


@pytest.mark.parametrize(
    ("law", "short"),
    [
        ("中华人民共和国刑法", "刑法"),
        ("刑法（2023修正）", "刑法"),
        ("中华人民共和国民法典(草案)（一）", "民法典"),
        (" 刑法 ", "刑法"),
        ("宪法中华人民共和国", "宪法中华人民共和国"),
    ],
)
def test_a_law_goes_by_its_short_name(law, short):
    assert short_name(law) == short


@pytest.mark.parametrize(
    ("written", "article"),
    [
        ("第二百三十四条", "234"),
        ("第234条", "234"),
        ("第十条", "10"),
        ("第一百零五条", "105"),
        ("第一百二十条之一", "120.1"),
        ("第120条之12", "120.12"),
        ("第二〇条", "20"),
        ("第两千零一十条", "2010"),
        ("第一百条第二款第三项", "100"),
        ("第1百条", "100"),
    ],
)
def test_an_article_is_a_number_however_it_is_written(written, article):
    assert citations(f"《刑法》{written}") == {Citation("刑法", article)}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("《中华人民共和国刑法》第二十条", {("刑法", "20")}),
        ("《中华人民共和国刑法》第十七条第三款", {("刑法", "17")}),
        (
            "《行政诉讼法》第三十四条、第三十五条、第37条",
            {("行政诉讼法", n) for n in ("34", "35", "37")},
        ),
        ("《刑法》第一百三十三条之一", {("刑法", "133.1")}),
        ("《人民警察法》", {("人民警察法", None)}),
        ("《法官法（2019修订）》第十条，《刑法》第二十条", {("法官法", "10"), ("刑法", "20")}),
        ("教材第三章", set()),
    ],
)
def test_a_source_is_read_as_laws_and_articles(source, found):
    assert citations(source) == {Citation(*each) for each in found}


def test_a_source_may_cite_several_articles_and_laws():
    source = "《中华人民共和国刑法》第十三条、第十四条和第十五条；《监狱法》"
    assert citations(source) == {
        Citation("刑法", "13"),
        Citation("刑法", "14"),
        Citation("刑法", "15"),
        Citation("监狱法", None),
    }
    assert citations("刑法第十三条") == set()


def test_the_name_of_a_law_alone_means_the_law_as_a_whole():
    assert law_cited("中华人民共和国刑法") == {Citation("刑法", None)}
    assert law_cited("《刑法》第三条") == {Citation("刑法", "3")}
    assert law_cited(" （试行） ") == set()


@pytest.mark.parametrize(
    ("question", "reading", "same"),
    [
        (["刑法", "总则"], "刑法/总则", True),
        (["刑法", "总则"], "刑法", True),
        (["刑法"], "刑 法／总则", True),
        (["刑法", "分则"], "刑法/总则", False),
        (["总则", "刑法"], "刑法/总则", False),
        (["", "刑法"], "/刑法", True),
        ([], "刑法", False),
        (["刑法"], "", False),
        ([" "], " / ", False),
    ],
)
def test_a_reading_is_of_a_category_on_the_same_path(question, reading, same):
    assert of_category(question, reading) is same


THIRTEEN = {Citation("刑法", "13")}


def test_a_law_as_a_whole_is_treated_by_what_bears_its_name():
    whole = {Citation("刑法", None)}
    assert cites_any("刑法要点", "<p>正文</p>", whole)
    assert not cites_any("要点", "<p>刑法</p>", whole)


def test_under_the_title_of_a_law_its_articles_need_no_name():
    assert cites_any("刑法要点", "<p>一。</p>二。三。四。第<b>十三</b>条", THIRTEEN)
    assert not cites_any("刑法要点", "第十四条", THIRTEEN)


@pytest.mark.parametrize(
    ("text", "treated"),
    [
        ("刑法第十三条规定", True),
        ("依照刑法。第十三条规定", True),
        ("依照刑法。又一句；第十三条规定", True),
        ("依照刑法。一句。又一句\n第十三条规定", False),
        ("第十三条规定。依照刑法", False),
        ("民法第十三条", False),
    ],
)
def test_elsewhere_the_law_is_named_in_the_same_sentence_or_shortly_before(text, treated):
    assert cites_any("要点", text, THIRTEEN) is treated


def test_one_of_several_citations_is_enough():
    wanted = {Citation("民法典", None), *THIRTEEN, Citation("监狱法", "2")}
    assert cites_any("要点", "刑法第十三条", wanted)
    assert not cites_any("要点", "刑法第十三条", set())


def test_a_section_treats_an_article_that_it_names_with_its_law():
    html = "<p>刑法第二十条规定了正当防卫。第一款讲什么是正当防卫。</p><p>民法典第一百八十一条另有规定。</p>"
    assert cites_any("正当防卫", html, citations("《中华人民共和国刑法》第二十条"))
    assert cites_any("正当防卫", html, citations("《中华人民共和国民法典》第一百八十一条"))
    assert not cites_any("正当防卫", html, citations("《中华人民共和国刑法》第二十一条"))
    assert not cites_any("正当防卫", html, citations("《中华人民共和国刑事诉讼法》第二十条"))
    assert cites_any("学习人民警察法", "<p>正文</p>", citations("《人民警察法》"))
