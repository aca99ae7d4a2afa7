"""Debian's Chromium, driven by playwright: where it is, how it is started, the two screens."""

from __future__ import annotations

import os
import shutil
from typing import Any

MISSING = (
    "The pages were not tested in a browser: Chromium was not found here "
    "(on Debian: apt install chromium fonts-noto-cjk)"
)
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # It would look up its maker's hosts at every start; these networks have none.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
SCREENS: dict[str, dict[str, Any]] = {
    "mobile": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}


def find() -> str | None:
    """The path of a Chromium on this machine."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def launch_options() -> dict[str, Any]:
    """What playwright's `chromium.launch` is given."""
    args = [*_ARGS, "--no-sandbox"] if os.geteuid() == 0 else _ARGS
    return {"executable_path": find(), "args": args, "headless": True}


def context_options(screen: str, dark: bool = False, language: str = "zh-CN") -> dict[str, Any]:
    """What a browser context is given: a screen, light or dark, the reader's language and zone."""
    return {
        **SCREENS[screen],
        "color_scheme": "dark" if dark else "light",
        "locale": language,
        "timezone_id": "Asia/Shanghai",
    }
