"""The whole product of people, pages, screens, light and dark, and sizes of type; for `make audit`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.crawl import clicks, discovery, eyes, languages, world

# Shown on each screen: light and dark in plain type, light in the two larger ones.
DRESSES = ((False, "1"), (True, "1"), (False, "1.25"), (False, "1.5"))


def main() -> int:
    """Walk, look, print what is wrong; 1 when anything is."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        made = world.build(folder / "world")
        found = discovery.walk(made, folder / "walks")
        spoken = languages.faults(made, folder / "languages", _different(found), ("zh", "en"))
        found.faults += list(dict.fromkeys(spoken))
        browser = driver.chromium.launch(**chromium.launch_options())
        looked, pressed, faults = 0, 0, list(found.faults)
        _show(found.faults)
        for walker in world.WALKERS:
            pages = _pages(found, walker)
            looked += len(pages)
            print(f"{walker}: {len(pages)} pages", flush=True)
            seen = _walk(browser, made, folder / f"{walker}-eyes", walker, pages)
            for screen in (eyes.PHONE, eyes.DESKTOP):
                done = _press(browser, made, folder / f"{walker}-{screen.name}", screen, pages)
                pressed, seen = pressed + done.count, seen + done.faults
            _show(seen)
            faults += seen
        browser.close()
    ways = len(DRESSES) * len(eyes.SCREENS)
    minutes = (time.monotonic() - begun) / 60
    print(
        f"{looked} pages as {len(world.WALKERS)} people, each in {ways} ways, {minutes:.1f} minutes"
    )
    print(f"{pressed} forms pressed by a click")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


def _different(found: discovery.Found) -> list[discovery.Seen]:
    """Every page that anybody was shown, each walker's address once."""
    pages = {(seen.walker, seen.path): seen for seen in found.pages if seen.template is not None}
    return list(pages.values())


def _pages(found: discovery.Found, walker: str) -> list[discovery.Seen]:
    """What this walker was shown, each address once; those that only a post shows come last."""
    pages = {
        seen.path: seen
        for seen in found.pages
        if seen.walker == walker and seen.template is not None
    }
    return sorted(pages.values(), key=lambda each: each.posted is not None)


def _walk(
    browser: Browser, made: world.World, folder: Path, walker: str, pages: list[discovery.Seen]
) -> list[str]:
    faults = []
    with made.copy(folder) as app, eyes.serving(app) as url:
        watching = eyes.Eyes(browser)
        watching.enter(app, made.logins.get(walker), url)
        for page in pages:
            watching.open(url, page)
            for dark, size in DRESSES:
                watching.dress(dark, size)
                for screen in eyes.SCREENS:
                    with_axe = size == "1" and screen is not eyes.SMALL
                    where = f"{page.template} as {walker} at {page.path}, {screen.name}"
                    where += f"{', dark' if dark else ''}, type {size}"
                    faults += [f"{where}: {each}" for each in watching.look(screen, with_axe)]
        watching.close()
    return faults


def _press(
    browser: Browser,
    made: world.World,
    folder: Path,
    screen: eyes.Screen,
    pages: list[discovery.Seen],
) -> clicks.Pressed:
    """Every form of one walker's pages, on a copy of its own."""
    with made.copy(folder) as app, eyes.serving(app) as url:
        watching = eyes.Eyes(browser)
        watching.enter(app, made.logins.get(pages[0].walker), url)
        done = clicks.Fingers(app, watching, url, screen).press_all(pages)
        watching.close()
    return done


def _show(faults: list[str]) -> None:
    for fault, where in _gathered(faults).items():
        print(f"{fault}  [{len(where)}: {where[0]}]", flush=True)


def _gathered(faults: list[str]) -> dict[str, list[str]]:
    """The same fault on many pages once."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in faults:
        where, _, fault = each.partition(": ")
        found[fault].append(where)
    return found


if __name__ == "__main__":
    sys.exit(main())
