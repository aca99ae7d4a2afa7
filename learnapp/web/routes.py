"""Every page's address, by feature: the table of contents of the web."""

from __future__ import annotations

from flask import Flask

from learnapp.web import (
    attempts,
    audit,
    bank,
    bank_imports,
    blueprints,
    clock,
    codes,
    corrections,
    deeds,
    exams,
    marking,
    me,
    media,
    notebook,
    on_paper,
    people,
    people_codes,
    person,
    practice,
    programmes,
    progress,
    publishing,
    questions,
    readings,
    remedy,
    reopening,
    reports,
    retiring,
    reviews,
    room_deeds,
    roster,
    sign_in,
    signals,
    site,
    study,
    week,
    window_corrections,
)
from learnapp.web.input import Incoming, Whole
from learnapp.web.rules import public

# room_deeds has the pages of rooms too: they share a blueprint.
FEATURES = (
    site,
    sign_in,
    week,
    study,
    exams,
    attempts,
    remedy,
    notebook,
    practice,
    me,
    progress,
    marking,
    bank,
    bank_imports,
    blueprints,
    questions,
    corrections,
    reports,
    reviews,
    media,
    readings,
    programmes,
    publishing,
    room_deeds,
    window_corrections,
    reopening,
    retiring,
    on_paper,
    signals,
    roster,
    people,
    person,
    people_codes,
    codes,
    audit,
    clock,
    deeds,
)


def install(app: Flask) -> None:
    """Register every feature; static files are anybody's."""
    app.request_class = Incoming
    app.url_map.converters["int"] = Whole
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
    public(app.view_functions["static"])
