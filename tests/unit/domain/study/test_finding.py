"""Finding in texts: marks, excerpts, pictures that enlarge, footnotes in place, titles by initials."""

from __future__ import annotations

import pytest

from learnapp.domain.study.finding import (
    excerpt,
    is_found,
    marked,
    plain,
    with_large_pictures,
    with_notes_in_place,
)

TEXT = '<p>依照《刑法》第二十条，<b title="刑法">刑法</b>&amp;民法</p>'


@pytest.mark.parametrize(
    ("words", "count"), [("刑法", 2), (" 刑法 ", 2), ("title", 0), ("&", 1), ("", 0), ("商法", 0)]
)
def test_words_are_marked_in_the_text_alone_never_inside_a_tag(words, count):
    html, found = marked(TEXT, words)
    assert found == count == html.count("<mark>")
    assert 'title="刑法"' in html and plain(html) == plain(TEXT)


@pytest.mark.parametrize(
    ("words", "html", "count"),
    [
        ("lt", "<p>a &lt; b</p>", 0),
        ("amp", TEXT, 0),
        ("A", "<p>A&amp;B &#x41; a</p>", 3),
        ("a&b", "<p>A&amp;B</p>", 1),
        ("<", "<p>a &lt; b</p>", 1),
        ("；", "<p>甲&lt;乙；丙</p>", 1),
    ],
)
def test_an_entity_is_one_character_that_no_word_is_found_inside(words, html, count):
    found, places = marked(html, words)
    assert places == count == found.count("<mark>") and plain(found) == plain(html)


def test_letters_are_found_in_either_case():
    assert marked("<p>DNA 鉴定</p>", "dna")[0] == "<p><mark>DNA</mark> 鉴定</p>"


def test_an_excerpt_is_the_first_place_with_some_words_around_it():
    html = f"<p>{'前' * 40}正当防卫{'后' * 40}</p>"
    assert excerpt(html, "正当防卫") == f"…{'前' * 16}正当防卫{'后' * 16}…"
    assert excerpt(html, "紧急避险") == excerpt(html, " ") == ""


def test_a_picture_leads_to_itself_unless_it_is_a_link_already():
    picture = '<img alt="图" src="/media/a">'
    linked = f'<a href="/b">{picture}</a>'
    found = with_large_pictures(f"<p>{picture}</p>{linked}")
    assert found == f'<p><a class="enlarge" href="/media/a">{picture}</a></p>{linked}'


def test_the_mark_of_a_footnote_opens_its_text_and_the_notes_stay_at_the_end():
    note = '<p class="footnote"><sup>1</sup> 见<em>第二十条</em></p>'
    found = with_notes_in_place(f"<p>防卫<sup>1</sup>，H<sup>2</sup></p>{note}")
    assert found.count('<label class="fn">') == 1 and found.endswith(note)
    assert '<input type="checkbox" aria-label="1"><sup>1</sup>' in found
    assert "<span>（见<em>第二十条</em>）</span>" in found and "H<sup>2</sup>" in found
    assert with_notes_in_place("<p>H<sup>2</sup></p>") == "<p>H<sup>2</sup></p>"


@pytest.mark.parametrize("words", ["正当防卫", "ZDFW", "zd fw", "条例", "防卫的"])
def test_a_reading_is_found_by_part_of_its_title_its_source_or_its_initials(words):
    assert is_found("正当防卫的条件", "某某条例", words)


def test_blanks_in_a_title_count_for_nothing():
    assert is_found("民法典 总则", "", "民法典 总则") and is_found("民法典 总则", "某　刊", "某刊")


def test_a_reading_is_not_found_by_what_it_does_not_have():
    assert not is_found("正当防卫的条件", "某某条例", "jjbx")
