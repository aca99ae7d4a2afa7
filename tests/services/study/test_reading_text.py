"""A text holds nothing but what texts are made of, in sections of some length."""

from __future__ import annotations

import pytest

from learnapp.services.study import reading_text
from learnapp.services.study.reading_text import (
    clean_section,
    pictures_in,
    refuse_secret,
    sections_of,
)
from tests.services.refusals import refused


def test_a_picture_may_have_no_address_but_ours() -> None:
    html = '<img src="https://a/b.png"><img src="/media/../me"><img src="/media/' + "a" * 64 + '">'
    section = clean_section("", f"<p>正文</p>{html}")
    assert section.html.count("<img") == 1 and pictures_in(section.html) == {"a" * 64}


def test_a_section_holds_nothing_but_what_a_text_is_made_of_and_counts_its_characters() -> None:
    html = "<p onclick='x'>甲 <a href='/x'>乙</a><script>x</script></p><h1>丙</h1>"
    section = clean_section("题" * 300, html)
    assert section.html == "<p>甲 乙</p>丙"
    assert (section.length, len(section.heading)) == (3, 200)


def test_a_wide_table_scrolls_inside_itself_and_can_be_reached_by_keys() -> None:
    html = clean_section("", "<table><tr><td colspan='99999'>甲</td></tr></table>").html
    assert html.startswith('<div class="table-scroll" tabindex="0"') and "colspan" not in html


def test_a_heading_with_nothing_under_it_goes_before_the_next_one_or_ends_the_last() -> None:
    found = sections_of([("第一编", ""), ("第一章", "<p>甲</p>"), ("附则", "")])
    assert [(each.heading, each.html) for each in found] == [
        ("第一编　第一章", "<p>甲</p><h3>附则</h3>")
    ]


def test_a_text_beyond_its_length_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_text, "MOST_CHARACTERS", 3)
    assert sections_of([("", "<p>甲乙丙</p>")])
    with refused("too_large"):
        sections_of([("", "<p>甲乙</p>"), ("二", "<p>丙丁</p>")])


def test_a_secrecy_marking_is_refused_by_its_words() -> None:
    refuse_secret(["保密工作制度", "第一章"])
    with refused("secrecy_marking") as refusal:
        refuse_secret(["第一章", "机密★5年"])
    assert "机密" in refusal.params["marking"]
