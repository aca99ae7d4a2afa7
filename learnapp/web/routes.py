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
    corrections,
    exams,
    marking,
    me,
    media,
    notebook,
    on_paper,
    people,
    person,
    practice,
    programmes,
    progress,
    publishing,
    questions,
    readings,
    remedy,
    reports,
    rooms,
    roster,
    sign_in,
    signals,
    site,
    study,
    week,
)
from learnapp.web.input import Incoming, Whole
from learnapp.web.rules import public

FEATURES = (
    site, sign_in, week, study, exams, attempts, remedy, notebook, practice, me,
    progress, marking, bank, bank_imports, blueprints, questions, corrections, reports, media, readings,
    programmes, publishing, rooms, on_paper, signals, roster, people, person, audit, clock,
)


def install(app: Flask) -> None:
    """Register every feature; static files are anybody's."""
    app.request_class = Incoming
    app.url_map.converters["int"] = Whole
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
    public(app.view_functions["static"])
