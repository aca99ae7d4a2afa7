"""The bar below each page of a demonstration: its clock, what moves it, and which town is shown."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from learnapp.db.operations.demo_folder import LARGE, DemoFolder
from learnapp.web.core import request_context as req
from learnapp.web.core.wording import moment_label


def folder() -> DemoFolder | None:
    """The demonstration's folder; None where no program shows one."""
    found: DemoFolder | None = current_app.extensions["learnapp.demo_folder"]
    return found


def values() -> dict[str, Any] | None:
    """What the bar says; None where there is none."""
    shown = folder()
    if shown is None:
        return None
    state, wished = shown.state(), shown.wished()
    moving = 0.0 if state.moving is None and wished is not None else state.moving
    return {
        "now": moment_label(req.now()),
        "moving": None if moving is None else int(100 * moving),
        "loading": int(100 * state.loaded) if state.loaded < 1 and not state.failed else None,
        "failed": state.failed,
        "large": state.town == LARGE,
        "whole": state.loaded >= 1,
        "state_url": url_for("demonstration.state"),
        "wish_url": url_for("demonstration.wish"),
    }
