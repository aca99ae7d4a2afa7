"""The users' guides: every page has its section, and they name what the pages name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from learnapp.web.core.guides import TITLES, guides_in, parse_guide, place_of
from tests.web.on_sqlite import ON_SQLITE

FOLDER = Path("docs/guide")
# Pages that nobody uses by themselves: the way in, what machines ask, what waits for another press,
# what there is in a demonstration alone.
_WITHOUT = {"site", "metrics", "pending_results", "demonstration"}


@ON_SQLITE
def test_every_feature_and_every_named_page_has_exactly_one_section(home):
    app = home.client.application
    named = Counter(
        page for guide in guides_in(FOLDER) for section in guide.sections for page in section.pages
    )
    assert [page for page, count in named.items() if count > 1] == []
    features = {rule.endpoint.split(".")[0] for rule in app.url_map.iter_rules()} - {"static"}
    pages = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert features - _WITHOUT == {page for page in named if "." not in page}
    assert {page for page in named if "." in page} <= pages


def test_what_a_guide_quotes_stands_on_a_page():
    catalogue = Path("learnapp/translations/en/LC_MESSAGES/messages.po").read_text("utf-8")
    words = set(re.findall(r'^msgid "(.+)"$', catalogue, re.MULTILINE))
    quoted = {
        word
        for each in FOLDER.glob("*.md")
        for word in re.findall("「([^」]+)」", each.read_text())
    }
    assert len(quoted) > 50 and quoted - words == set()


@ON_SQLITE
def test_a_page_leads_to_its_section(home):
    home.enter("admin")
    page = home.client.get("/roster").text
    (address,) = re.findall(r'href="(/guide/office#[a-z_.]+)"', page)
    path, _, anchor = address.partition("#")
    assert f'id="{anchor}"' in home.client.get(path).text
    assert address in home.client.get("/guide").text
    assert home.client.get("/guide/nothing").status_code == 404


def test_the_catalogue_has_what_each_guide_is_called():
    assert {each.title for each in guides_in(FOLDER)} == set(TITLES)


def test_a_single_page_goes_before_its_feature():
    assert place_of(FOLDER, "record.check") != place_of(FOLDER, "record.index")
    assert place_of(FOLDER, "metrics.show") is None


def test_a_guide_without_title_or_sections_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="no title that is known, or no sections"):
        parse_guide("x", "# 题\n\n没有章节\n")
