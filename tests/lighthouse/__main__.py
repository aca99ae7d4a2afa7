"""Measures five pages by Lighthouse's mobile profile (slow 4G, CPU four times slower), prints the figures."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import context_options, launch_options
from tests.lighthouse.figures import Figures, best, short_of
from tests.lighthouse.runner import install, measure
from tests.server import Server

PASSWORD = "demo-learn-2026"
RUNS = 3


def _ways(page: Page, url: str) -> dict[str, str]:
    """The address of each measured page, found as an officer finds it; the attempt is begun."""
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", "officer")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/week")
    found = {"sign-in": "/sign-in", "week": "/week"}
    found["reading"] = str(page.locator("main a[href^='/portions/']").first.get_attribute("href"))
    page.goto(f"{url}/exams")
    results = page.locator("main a[href$='/result']")
    found["result"] = str(results.first.get_attribute("href"))
    page.locator("main a[href^='/windows/']").first.click()
    page.click("main form button >> nth=0")
    page.wait_for_url("**/attempts/*")
    found["exam"] = page.url.removeprefix(url).partition("#")[0]
    return found


def _figures(url: str, folder: Path) -> dict[str, Figures]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(**launch_options())
        context = browser.new_context(**context_options("mobile"))
        ways = _ways(context.new_page(), url)
        signed_in = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
        browser.close()
    found = {}
    for name, path in ways.items():
        cookie = "" if name == "sign-in" else signed_in
        found[name] = best([measure(url + path, cookie, folder) for _ in range(RUNS)])
        print(f"{name:8} {found[name]}", flush=True)
    return found


def main() -> int:
    """Start a demonstration of its own and measure it; 1 when a page falls short of what is asked."""
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder, now=datetime.now(UTC), demo=True).start(patience=180)
        try:
            faults = short_of(_figures(server.url, folder))
        finally:
            server.stop()
    print("\n".join(faults) or "every page has what is asked")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
