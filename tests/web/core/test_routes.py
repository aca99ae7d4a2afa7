"""Every route bears a rule; what a role may not open, it does not open; templates compile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import learnapp
from learnapp.domain.core.own_case import ASKS
from learnapp.domain.core.permissions import ROLES
from learnapp.web.core.access import rule_of
from tests.small_office import CAST

PUBLIC = {
    "static",
    "site.health",
    "site.live",
    "metrics.metrics",
    "site.set_language",
    "offline.manifest",
    "offline.worker",
    "offline.index",
    "sign_in.form",
    "demonstration.changing",
    "demonstration.state",
    "demonstration.skip_tour",
    "demonstration.wish",
    "sign_in.enter",
    "certificates.enter",
    "outside.begin",
    "outside.back",
    "outside.leave",
    "outside.directory",
    "outside.enter_by_directory",
    "linking.confirm",
    "linking.link",
    "sign_in.activation_form",
    "sign_in.activate",
    "wall.screen",
}


def _routes(app):
    for route in app.url_map.iter_rules():
        yield route, app.view_functions[route.endpoint]


def test_every_route_bears_exactly_one_rule_and_the_public_ones_are_named_here(home):
    app = home.client.application
    without = [str(route) for route, view in _routes(app) if rule_of(view) is None]
    assert not without
    public = {route.endpoint for route, view in _routes(app) if not rule_of(view).signed_in}
    assert public == PUBLIC


def test_nobody_reaches_a_page_behind_sign_in_without_it(home):
    for route, view in _routes(home.client.application):
        if not rule_of(view).signed_in or "GET" not in route.methods:
            continue
        path = (
            route.build({name: "1" for name in route.arguments})[1]
            if route.arguments
            else (str(route))
        )
        reply = home.client.get(path)
        assert reply.status_code == 302 and "/sign-in" in reply.headers["Location"], path


@pytest.mark.parametrize("login", CAST)
def test_role_by_route_what_is_not_granted_is_refused(home, login):
    assert home.enter(login).status_code == 303
    role = CAST[login]
    for route, view in _routes(home.client.application):
        permission = rule_of(view).permission
        if permission is None:
            continue
        path = route.build({name: "1" for name in route.arguments})[1]
        method = "GET" if "GET" in route.methods else "POST"
        if method == "GET":
            reply = home.client.get(path)
        else:
            reply = home.client.post(path, data={"csrf_token": home.token()})
        if role in ROLES[permission]:
            assert reply.status_code != 403 and reply.status_code < 500, (path, reply.status_code)
        else:
            assert reply.status_code == 403, (path, reply.status_code)


def test_every_template_compiles(home):
    environment = home.client.application.jinja_env
    names = environment.list_templates(filter_func=lambda name: name.endswith(".html"))
    assert len(names) > 20
    for name in names:
        environment.get_template(name)


def test_every_address_that_code_or_a_page_names_is_a_route(home):
    app = home.client.application
    code = Path(learnapp.__file__).parent
    sources = [*code.rglob("*.py"), *Path(app.template_folder).rglob("*.html")]
    named = {
        (found, path.name)
        for path in sources
        for found in re.findall(r"""url_for\(\s*["'](\w+\.\w+)["']""", path.read_text("utf-8"))
    }
    assert len(named) > 200
    assert not {each for each in named if each[0] not in app.view_functions}


def test_every_reply_bears_the_strict_policy_and_safe_cookies(home):
    reply = home.enter("officer")
    assert "script-src 'self'" in reply.headers["Content-Security-Policy"]
    cookie = next(c for c in reply.headers.getlist("Set-Cookie") if c.startswith("learnapp="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    secure = home.client.get("/sign-in", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


# Deeds under a right that may concern oneself: each is tried on oneself in
# tests/services/operations/test_own_case.py, or says here why it names nobody.
OWN_CASE_TRIED = {
    "chases.draft",
    "chases.approve",
    "findings.record",
    "findings.decide",
    "people.issue",
    "person.disable",
    "person.enable",
    "person.sign_out",
    "person.end_grant",
    "postings.transfer",
    "postings.second",
    "postings.end",
    "postings.retire",
    "postings.bring_back",
    "naming.rename",
    "naming.add_login",
    "naming.end_login",
    "roles.give",
    "roles.confirm",
    "roles.refuse",
    "security.separate",
    "security.name_emergency",
    "security.end_emergency",
    "absences.record",
    "absences.cancel",
    "leave.confirm",
    "leave.refuse",
    "help.answer",
    "learning.withdraw",
    "questions.do",
    "corrections.revise",
    "reports.answer_report",
    "rooms.add_window",
    "dispensations.ask",
    "dispensations.decide",
    "dispensations.withdraw",
    "rooms.add_extra_time",
    "rooms.add_time",
    "rooms.admit",
    "rooms.on_paper",
    "rooms.add_time_for_one",
    "rooms.void",
    "rooms.release",
    "on_paper.enter",
    "on_paper.check",
    "scans.attach",
    "marking.give",
    "reviews.judge",
    "rooms.announce_to_one",
    "reopening.reopen",
    "reopening.reduce",
    "reopening.reduce_extra",
}
NAMES_NOBODY = {
    "security.close": "passwords of a unit with everybody in it, oneself as all others",
    "record_access.choose": "whether records open with a reason, for everybody alike",
    "security.open": "passwords of a unit with everybody in it, oneself as all others",
    "chases.drop": "a draft that nobody was sent",
    "people_codes.issue": "oneself is left out of the many: tests/services/accounts/test_code_sheets.py",
    "codes.end": "one's own code is not on one's sheet: tests/services/accounts/test_code_sheets.py",
    "bank.amend_law": "all questions that cite a law",
    "bank.change": "questions chosen by a filter; their review is another deed",
    "statistics.count": "figures counted anew",
    "questions.save": "a new version is a draft; its review is another deed",
    "blueprints.save": "counts of questions",
    "window_corrections.correct": "a window is the same for everybody asked in it",
    "window_corrections.cancel": "nobody has an attempt in it",
    "window_corrections.restore": "nobody has an attempt in it",
    "programmes.bring_back": "an exam for an audience by rule",
    "retiring.bank": "a bank without questions",
    "programmes.add_exam": "an exam for an audience by rule",
    "papers.draw": "oneself is left out: tests/services/exams/test_exam_papers.py",
    "question_tasks.add": "units owe questions, nobody in particular",
    "question_tasks.withdraw": "units owe questions, nobody in particular",
    "exam_series.plan": "exams for an audience by rule",
    "exam_changes.change": "who sat it leaves its pass mark: tests/services/exams/test_exam_changes.py",
    "duty_batches.add": "oneself is left out: tests/services/exams/test_duty_batches.py",
    "further.add": "oneself is left out: tests/services/exams/test_further_sittings.py",
    "rooms.announce": "a text on every page of a window; it gives nobody anything",
    "units.add": "a unit, nobody in particular",
    "units.rename": "a unit, nobody in particular",
    "units.move": "a unit with everybody in it, oneself as all others",
    "paper_marks.key": "one's own sheet is out of reach: tests/services/exams/test_paper_marks.py",
    "unit_deeds.merge": "a unit with everybody in it; one's own roles are left",
    "unit_deeds.split": "oneself is not offered, and refused: learnapp/services/people/unit_deeds.py",
    "unit_deeds.undo": "a unit with everybody in it",
    "unit_deeds.put_in_order": "the order of units",
    "duty.upload": "a file; nothing is recorded before it is confirmed",
    "duty.confirm": "oneself is left out: tests/services/people/test_duty_rosters.py",
    "duty.cancel": "an import given up",
    "unit_deferrals.plan": "oneself is left out: tests/services/people/test_unit_deferrals.py",
    "unit_deferrals.undo": "of others alone: tests/services/people/test_unit_deferrals.py",
    "units.retire": "a unit in which nobody serves",
    "units.restore": "a unit in which nobody serves",
    "newcomers.add": "somebody who was not here",
    "roster.upload": "a file; nothing is changed before it is confirmed",
    "roster.decide": "nothing is changed before it is confirmed",
    "roster.decide_all": "nothing is changed before it is confirmed",
    "roster.confirm": "oneself is left out: tests/services/people/test_roster_changes.py",
    "roster.cancel": "an import given up",
}


def test_every_deed_under_a_right_over_people_is_tried_on_oneself_or_names_nobody(home):
    found = {
        route.endpoint
        for route, view in _routes(home.client.application)
        if "POST" in route.methods and rule_of(view).permission in ASKS
    } | {"questions.do"}  # each step asks for its own right
    undeclared = found - OWN_CASE_TRIED - set(NAMES_NOBODY)
    assert not undeclared
    assert not OWN_CASE_TRIED & set(NAMES_NOBODY)
