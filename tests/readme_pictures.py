"""Draws the pictures of the README from a demonstration, as small WebP files, into docs/pictures."""

from __future__ import annotations

import base64
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import launch_options
from tests.server import Server

FOLDER = Path("docs/pictures")
PHONE, DESK = (390, 780), (1280, 800)
MOST_BYTES = 60_000
# The browser's own encoder, so that no library of pictures is needed.
_ENCODE = """async ([png, width]) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round((picture.height * width) / picture.width);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}"""


def _as_webp(browser: Browser, png: bytes, width: int) -> bytes:
    page = browser.new_page()
    made = page.evaluate(_ENCODE, [base64.b64encode(png).decode(), width])
    page.close()
    return base64.b64decode(made)


def _enter(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.click(f".demo-roles form:has(input[value='{login}']) button")
    page.locator(".who").wait_for(state="attached")
    if page.locator(".tour button").count():
        page.click(".tour button")


def _draw(browser: Browser, url: str, name: str, about: tuple[str, str, tuple[int, int]]) -> None:
    """One picture: of whose page, at which address, on which screen."""
    login, path, (width, height) = about
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=2, locale="zh-CN"
    )
    page = context.new_page()
    if login:
        _enter(page, url, login)
    page.goto(f"{url}{path}")
    if path == "/exams":
        page.locator("main a:has-text('准备作答')").first.click()
        page.locator("main form button").first.click()
        page.locator("label.option:visible").first.click()
    picture = _as_webp(browser, page.screenshot(), width if width > 500 else 2 * width)
    context.close()
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{name} has {len(picture):,} bytes; at most {MOST_BYTES:,}")
    (FOLDER / f"{name}.webp").write_bytes(picture)
    print(f"{FOLDER / name}.webp {len(picture):,} bytes")


PICTURES = {
    "week": ("officer", "/week", PHONE),
    "exam": ("officer", "/exams", PHONE),
    "progress": ("head", "/progress", DESK),
    "bank": ("admin", "/banks/1", DESK),
}


def main() -> None:
    """Start a demonstration of its own, draw, and stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = Server(Path(folder), now=datetime.now(UTC), demo=True).start(patience=180)
        try:
            browser = driver.chromium.launch(**launch_options())
            for name, about in PICTURES.items():
                _draw(browser, server.url, name, about)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
