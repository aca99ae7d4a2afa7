"""Tables are stops for the keyboard only where they scroll; without scripts each is one."""

from __future__ import annotations

from playwright.sync_api import Page, expect

TABLE = """<!doctype html><html lang="zh"><body>
<div class="table-scroll" role="region" tabindex="0" aria-label="窄" style="overflow: auto">
  <table><tr><td>甲</td></tr></table></div>
<div class="table-scroll" role="region" tabindex="0" aria-label="宽" style="overflow: auto">
  <table><tr><td style="min-width: 3000px">乙</td></tr></table></div>
{script}</body></html>"""


def test_a_table_is_a_stop_only_where_it_scrolls(server, open_page):
    page: Page = open_page("desktop")
    script = f'<script type="module" src="{server.url}/static/js/tables.js"></script>'
    page.route(
        "**/tables",
        lambda route: route.fulfill(
            body=TABLE.format(script=script), content_type="text/html; charset=utf-8"
        ),
    )
    page.goto(f"{server.url}/tables")
    narrow, wide = page.get_by_label("窄"), page.get_by_label("宽")
    expect(narrow).not_to_have_attribute("tabindex", "0")
    expect(narrow).to_have_attribute("role", "group")
    expect(wide).to_have_attribute("tabindex", "0")
    page.evaluate("document.querySelector('td').style.minWidth = '3000px'")
    expect(narrow).to_have_attribute("tabindex", "0")
