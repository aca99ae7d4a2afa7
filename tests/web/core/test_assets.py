"""The style sheet goes out as one file, made small; templates go out without their indentation."""

from __future__ import annotations

import re

from jinja2 import Environment

from learnapp.web.core.assets import STYLE_PARTS, STYLE_SHEET
from learnapp.web.core.unindented import Unindented


def test_the_style_sheet_holds_its_parts_in_their_order(home):
    text = home.client.get(f"/static/{STYLE_SHEET}").text
    folder = home.client.application.static_folder
    places = []
    for part in STYLE_PARTS:
        with open(f"{folder}/css/{part}.css", encoding="utf-8") as file:
            places.append(text.index(file.read()))
    assert places == sorted(places)


def test_a_phone_that_has_the_style_sheet_is_not_sent_it_again(home):
    first = home.client.get(f"/static/{STYLE_SHEET}", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    again = home.client.get(
        f"/static/{STYLE_SHEET}",
        headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]},
    )
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def _sent(source: str) -> str:
    return Environment(extensions=[Unindented]).from_string(source).render(value="值")


def test_indentation_and_blank_lines_are_not_sent():
    assert (
        _sent("<ul>\n\n  <li>\n    {{ value }}\n  </li>\n</ul>") == "<ul>\n<li>\n值\n</li>\n</ul>"
    )


def test_a_tag_written_over_several_lines_is_sent_on_one():
    source = '<input name="a"\n       value="{{ value }}"\n       required>'
    assert _sent(source) == '<input name="a" value="值" required>'


def test_white_space_between_words_stays_white_space():
    assert _sent("<p>\n  甲\n  乙 {{ value }}\n</p>").split() == ["<p>", "甲", "乙", "值", "</p>"]


def test_a_named_page_begins_with_the_whole_page_so_that_no_sheet_before_it_is_empty(home):
    """Of a part of the page a name would break before it: a demonstration's line had a sheet."""
    text = home.client.get(f"/static/{STYLE_SHEET}").text
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    named = re.findall(r"([^{}]+)\{[^{}]*\bpage:\s*\w+", rules)
    assert [each.strip() for each in named] == [".slips-page"]
    slips = home.client.application.jinja_env.get_template("accounts/code_sheets/slips.html")
    assert "slips-page" in "".join(slips.blocks["body_class"](slips.new_context()))
