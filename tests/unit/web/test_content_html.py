"""Structured content as HTML: texts escaped, pictures by their addresses, blanks to see or to fill."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel

from learnapp.web.core.content_html import answer_content, content

STEM = [
    {"p": [{"t": "由<甲>"}, {"blank": 1}, {"t": "填写，由"}, {"blank": 2}]},
    {"p": [{"media": "ab12", "alt": '图"一"'}, {"media": "cd"}]},
]


@pytest.fixture(autouse=True)
def request_of_a_page():
    app = Flask("content")
    Babel(app)
    with app.test_request_context():
        yield


def test_texts_are_escaped_and_blanks_are_gaps():
    gap = '<span class="blank"><span class="hide-seen">空格</span></span>'
    assert content(STEM[:1]) == f"<p>由&lt;甲&gt;{gap}填写，由{gap}</p>"


def test_pictures_have_their_address_and_what_they_show():
    assert content(STEM[1:], "b") == (
        '<b><img src="/media/ab12" alt="图&#34;一&#34;" loading="lazy">'
        '<img src="/media/cd" alt="" loading="lazy"></b>'
    )


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_of_nothing_there_is_nothing(nothing):
    assert content(nothing) == "" and answer_content(nothing, 1, None) == ""


@pytest.mark.parametrize(
    ("written", "values"),
    [(["甲<", "乙"], ["甲&lt;", "乙"]), (["甲"], ["甲", ""]), (None, ["", ""])],
)
def test_each_gap_holds_what_was_written_in_it(written, values):
    drawn = answer_content(STEM[:1], 7, written)
    for number, value in enumerate(values, 1):
        assert f'name="q7.b{number}" value="{value}"' in drawn
        assert f'aria-label="第 {number} 空"' in drawn
