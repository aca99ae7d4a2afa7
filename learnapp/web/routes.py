"""Every page's address, by feature: the table of contents of the web."""

from __future__ import annotations

from flask import Flask

from learnapp.web.accounts import code_choice, code_sheets, preferences, second_factor, sign_in
from learnapp.web.bank import (
    banks,
    item_statistics,
    media,
    question_imports,
    question_reports,
    question_tasks,
    questions,
    reviews,
    teaching,
    uploading,
)
from learnapp.web.core import metrics, offline, pending_results, site
from learnapp.web.core.access import public
from learnapp.web.core.input import Incoming, Whole
from learnapp.web.exams import (
    attempts,
    blueprints,
    dispensations,
    exam_papers,
    exams,
    further_sittings,
    grading,
    integrity,
    key_correction,
    own_marks,
    paper_entry,
    paper_scans,
    remediation,
    reopening,
    result_analysis,
    results,
    sheets,
    window_actions,
    window_corrections,
)
from learnapp.web.notices import chases, notices, reminders
from learnapp.web.operations import (
    anchors,
    audit,
    background_jobs,
    clock,
    desk,
    help,
    retiring,
    well,
)
from learnapp.web.people import (
    absences,
    leave_reports,
    naming,
    newcomers,
    people,
    person,
    postings,
    roles,
    roster,
    units,
)
from learnapp.web.practice import free_practice, notebook, sets
from learnapp.web.progress import (
    figure_sheets,
    figures,
    head_home,
    indicator_sheets,
    indicators,
    wall,
)
from learnapp.web.reports import briefings, cut_offs, weekly
from learnapp.web.study import (
    acceptance,
    exam_changes,
    exam_series,
    learning_record,
    library,
    my_week,
    own_record,
    plan_calendar,
    portions,
    programme_start,
    programmes,
    publishing,
    readings,
    stages,
    study_sessions,
)

# window_actions has the pages of monitoring too: they share a blueprint.
FEATURES = (
    site,
    offline,
    metrics,
    desk,
    sign_in,
    second_factor,
    my_week,
    notices,
    portions,
    library,
    exams,
    attempts,
    own_marks,
    remediation,
    notebook,
    free_practice,
    sets,
    preferences,
    head_home,
    figures,
    indicators,
    indicator_sheets,
    wall,
    weekly,
    cut_offs,
    briefings,
    figure_sheets,
    reminders,
    chases,
    study_sessions,
    grading,
    banks,
    item_statistics,
    question_imports,
    question_tasks,
    uploading,
    teaching,
    blueprints,
    questions,
    key_correction,
    question_reports,
    reviews,
    media,
    readings,
    programmes,
    programme_start,
    plan_calendar,
    stages,
    acceptance,
    exam_series,
    exam_changes,
    publishing,
    window_actions,
    window_corrections,
    reopening,
    retiring,
    paper_entry,
    paper_scans,
    integrity,
    results,
    result_analysis,
    sheets,
    exam_papers,
    dispensations,
    further_sittings,
    roster,
    units,
    people,
    person,
    newcomers,
    postings,
    naming,
    roles,
    absences,
    leave_reports,
    help,
    learning_record,
    own_record,
    code_choice,
    code_sheets,
    background_jobs,
    audit,
    clock,
    anchors,
    well,
    pending_results,
)


def install(app: Flask) -> None:
    """Register every feature; static files are anybody's."""
    app.request_class = Incoming
    app.url_map.converters["int"] = Whole
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
    public(app.view_functions["static"])
