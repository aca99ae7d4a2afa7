"""Every template is seen once on a phone and on a desktop; every role on every route gets its status."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.crawl import discovery, eyes, languages, marks, world

TEMPLATES = Path(__file__).parents[2] / "templates"
# Drawn on purpose in tests of their own: the page for a fault of ours; what needs a provider of sign-in,
# separated roles, reasons asked before a record is opened, or the program behind a demonstration.
NEVER_SEEN = {
    "core/errors/plain.html",
    "accounts/outside/directory.html",
    "accounts/outside/confirm.html",
    "people/roles/waiting.html",
    "operations/record_access/ask.html",
    "operations/demonstration/changing.html",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> world.World:
    """The demonstration with every state in it."""
    return world.build(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def found(made: world.World, tmp_path_factory: pytest.TempPathFactory) -> discovery.Found:
    """What all walkers found by links and by routes."""
    return discovery.walk(made, tmp_path_factory.mktemp("walks"))


def test_each_role_gets_on_each_route_what_the_matrix_says(found, record_property):
    record_property("tried", f"pages asked as {len(world.WALKERS)} people: {len(found.pages)}")
    assert not found.faults


def test_every_template_is_met_on_some_page(found):
    pages = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    parts = {each for each in pages if each.startswith("components/")} | {"base.html"}
    assert pages - parts - NEVER_SEEN - set(found.by_template()) == set()


def test_no_page_shows_a_question_of_an_internal_bank_without_its_readers_mark(
    made, found, tmp_path, record_property
):
    with made.copy(tmp_path / "internal") as app:
        texts = marks.make_internal(app)
        shown, bare = 0, []
        for walker, pages in marks.of_each_kind(found).items():
            visitor = world.Visitor(app, made.logins.get(walker))
            for page in pages:
                seen = marks.shows(visitor, page, texts)
                shown += seen.text
                if seen.text and not seen.mark:
                    bare.append(f"{page.endpoint} as {walker} at {page.path}")
    record_property("tried", f"pages with internal questions or texts: {shown}")
    assert shown > 40
    assert not bare, "\n".join(bare)


def test_no_page_shows_chinese_in_english_but_content(made, found, tmp_path):
    """In both languages, and every page: in `make audit`."""
    fullest = [seen[0] for seen in found.by_template().values()]
    assert list(languages.faults(made, tmp_path / "languages", fullest, ("en",))) == []


def test_every_template_stands_well_on_a_phone_and_on_a_desktop(
    browser, made, found, tmp_path, record_property
):
    visits = defaultdict(list)
    for seen in found.by_template().values():
        visits[seen[0].walker].append(seen[0])
    faults = []
    for walker, pages in visits.items():
        with made.copy(tmp_path / walker) as app, eyes.serving(app) as url:
            watching = eyes.Eyes(browser)
            watching.enter(app, made.logins.get(walker), url)
            for page in sorted(pages, key=lambda each: each.posted is not None):
                watching.open(url, page)
                for screen in (eyes.PHONE, eyes.DESKTOP):
                    where = f"{page.template} as {walker} at {page.path} on {screen.name}"
                    faults += [f"{where}: {fault}" for fault in watching.look(screen)]
            watching.close()
    record_property(
        "tried", f"templates looked at, each on two screens: {sum(map(len, visits.values()))}"
    )
    assert not faults, "\n".join(faults)


def test_a_newcomer_reminds_or_gives_time_from_their_first_page_by_what_the_pages_say(
    browser, made, tmp_path
):
    """A head and a proctor who know nothing: no tour, no address, on a phone."""
    with made.copy(tmp_path / "newcomers") as app, eyes.serving(app) as url:
        watching = eyes.Eyes(browser)
        page = watching.page
        page.set_viewport_size({"width": eyes.PHONE.width, "height": eyes.PHONE.height})
        watching.enter(app, made.logins["head"], url)
        page.goto(url)
        page.get_by_role("main").get_by_text("提醒他们").click()
        page.get_by_role("button", name=re.compile("^提醒全部")).click()
        expect(page.get_by_role("main")).to_contain_text("已交办")
        watching.enter(app, made.logins["proctor"], url)
        page.goto(url)
        page.get_by_role("main").get_by_text("正在进行的考试").click()
        page.get_by_text("加时、处理").first.click()
        here = page.locator("details[open]").filter(has_text="加时（分钟）")
        here.get_by_label("原因").first.fill("设备故障")
        here.get_by_role("button", name="加时", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("加时 10 分钟")
        watching.close()
