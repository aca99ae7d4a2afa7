"""What is out of reach answers like what does not exist, on every route that takes an id."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from learnapp.db.accounts.models import SignIn
from learnapp.db.bank.models import Bank, QuestionReport, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import ExamWindow
from learnapp.db.notices.models import Notice
from learnapp.db.notices.outbox import notify
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence, Grant, LoginName, Membership
from learnapp.db.people.scope import grants_of
from learnapp.db.progress.models import WallDisplay
from learnapp.db.study.models import Completion, Item, Portion, Programme, Reading, Requirement
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.exams import Channel
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.accounts import activation, code_sheets, sign_in
from learnapp.services.bank import question_reports
from learnapp.services.exams import attempt_start, attempts
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found, NewFile
from learnapp.services.operations import feedback
from learnapp.services.people import leave_reports, people, roles
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import own_record
from learnapp.web.core.access import rule_of
from tests.small_office import HASH, NOW
from tests.web.core import things_above

DAY = date(2026, 1, 1)
# Words that say nothing of whether there is such a thing.
WORDS = {
    "form": "xlsx",
    "filename": "css/app.css",
    "action": "disable",
    "kind": "exam",
    "copy": "proof",
    "number": 1,
    "asks": 0,
    "which": "sign",
    "day": "2026-12-01",
    "name": "office",
}
NOTHING = {
    "public_id": "A" * 22,
    "marking_id": "A" * 22,
    "job": "A" * 22,
    "sha256": "f" * 64,
    "event_id": "00000000-0000-4000-8000-00000000ffff",
}
# What a form might send, so that a route is not left at its first missing field.
FORM = {
    "reason": "理由",
    "minutes": "10",
    "answer": "B",
    "text": "文",
    "comment": "说明",
    "action": "retired",
    "people": "officer",
    "kind": "main",
    "opens_at": "2027-01-04T09:00",
    "closes_at": "2027-01-04T10:00",
    "ends_on": "2026-12-31",
    "law": "《刑法》",
    "do": "agree",
    "remark": "x",
    "point": "0",
    "point-0": "0",
    "extra-people": "officer",
    "extra-minutes": "10",
    "extra-reason": "理由",
    "sat_at": "2026-11-23T11:00",
}


FIRST_OF = {
    "window_id": ExamWindow,
    "bank_id": Bank,
    "version_id": QuestionVersion,
    "report_id": QuestionReport,
    "notice_id": Notice,
    "reading_id": Reading,
    "portion_id": Portion,
    "programme_id": Programme,
    "requirement_id": Requirement,
    "item_id": Item,
    "grant_id": Grant,
    "sign_in_id": SignIn,
    "membership_id": Membership,
    "login_id": LoginName,
    "absence_id": Absence,
    "completion_id": Completion,
    "display_id": WallDisplay,
}


def _marking_id(session, public_id: str) -> str:
    return session.scalar(select(Attempt.marking_id).where(Attempt.public_id == public_id))


def _first(session, row) -> int:
    return session.scalar(select(row.id).order_by(row.id).limit(1)) or 1


def _sheet(session, actor, now, person_id: int) -> str:
    """The page of a code that was issued to somebody of the unit above."""
    return code_sheets.issue_to_one(
        Caller(session, actor, now), Seal(b"k" * 64), person_id
    ).public_id


def _jobs(session, actor, now, unit_id) -> list[str]:
    """An import of each kind, staged."""
    found = []
    for kind in ImportKind:
        caller, new = Caller(session, actor, now), NewFile("0" * 64, 1, "a.xlsx", "xlsx")
        file = staged_imports.keep_file(caller, unit_id, new)
        found.append(staged_imports.stage(caller, kind, file, Found([])).public_id)
    return found


def _of_oneself(own: Caller) -> str:
    """Feedback, a report of leave and a print of somebody of the unit above; the print's code."""
    feedback.say(own, "题太多")
    leave_reports.report(own, NewAbsence(AbsenceKind.DUTY, DAY, DAY))
    return own_record.issue(own, None, random.Random(1))


def _one_below(session, home) -> None:
    """Somebody of a unit below, with every role over it."""
    caller = Caller(session, SYSTEM, NOW)
    line = default_line(session)
    below = people.add_unit(caller, "城关派出所", UnitKind.POLICE, 3)
    people.place_unit(caller, line.id, home.unit_id, below.id, DAY)
    local = people.add_person(caller, "所里人", [(LoginKind.BADGE, "local")])
    activation.set_password(session, NOW, local.id, HASH)
    for role in Role:
        roles.grant(caller, local.id, NewGrant(role, below.id, line.id, DAY))


@pytest.fixture
def real(home) -> dict[str, list[object]]:
    """Ids of the upper unit, by the name that routes give them; somebody of a unit below is in."""
    now, officer = home.clock.now(), Actor(home.people["officer"])
    with home.database.writing() as session:
        _one_below(session, home)
        sign_in.succeed(session, officer.person_id, "Linux", now)
        sits = Caller(session, officer, now)
        sat = attempt_start.start(sits, home.window_id, "5eed").public_id
        attempts.submit(sits, sat)
        question_reports.report(sits, sat, 1, "错")
        pen = attempt_start.start(
            Caller(session, Actor(home.people["other"]), now),
            home.window_id,
            "5eed",
            channel=Channel.PAPER,
        ).public_id
        notify(session, now, officer.person_id, "regraded", {})
        admin = home.people["admin"]
        actor = Actor(admin, grants_of(session, admin, local_day(now)))
        session.flush()
        ids = {
            "public_id": [sat, pen],
            "marking_id": [_marking_id(session, sat)],
            "job": _jobs(session, actor, now, home.unit_id),
            "unit_id": [home.unit_id],
            "person_id": [admin, officer.person_id],
            "stage_id": [home.stage_id],
            "exam_id": [home.exam_id],
            "ordinal": [1],
            "question": [1],
            "answer_id": [1],
            "event_id": ["00000000-0000-4000-8000-000000000001"],
            "sha256": ["0" * 64],
            "sheet": [_sheet(session, actor, now, officer.person_id)],
            "action_id": [1],
            "code": [_of_oneself(sits)],
        }
        ids |= {name: [_first(session, row)] for name, row in FIRST_OF.items()}
        ids |= things_above.ids(session, home, now, officer.person_id, admin)
    home.enter("local")
    return ids


def _paths(route, real) -> Iterator[tuple[str, str]]:
    """Each address with ids of the unit above, beside the same with ids of nothing."""
    for number in range(3):
        there, nothing = {}, {}
        for name in route.arguments:
            if name in WORDS:
                there[name] = nothing[name] = WORDS[name]
            else:
                values = real[name]
                there[name] = values[number % len(values)]
                nothing[name] = NOTHING.get(name, 10**6 + 1)
        yield route.build(there)[1], route.build(nothing)[1]


def _told(home, reply, path: str) -> tuple[int, str]:
    """What a reply says, without what differs by address, token and request."""
    own = r'(csrf-token" content|csrf_token" value|"once" value)="[^"]*"|报告时请说：<code>\w+'
    text = re.sub(own, "", reply.text)
    for part in filter(None, path.split("?")[0].split("/")):
        text = text.replace(f"/{part}", "/")
    return reply.status_code, re.sub(r"(%2F|/)[\w-]*", "", text)


def test_ids_of_a_unit_above_answer_like_ids_of_nothing_on_every_route(home, real):
    tried, wrong = 0, []
    for route in home.client.application.url_map.iter_rules():
        rule = rule_of(home.client.application.view_functions[route.endpoint])
        if not route.arguments or not rule.signed_in or set(route.arguments) <= set(WORDS):
            continue
        for method in sorted(route.methods & {"GET", "POST"}):
            for there, nothing in dict(_paths(route, real)).items():
                told = []
                for path in (there, nothing):
                    data = {"csrf_token": home.token(), **FORM}
                    reply = home.client.open(
                        path, method=method, data=data if method == "POST" else None
                    )
                    told.append(_told(home, reply, path))
                tried += 1
                fits = (404,) if method == "GET" else (303, 404, 422)
                if told[0] != told[1] or told[0][0] not in fits:
                    wrong.append((method, there, told[0][0], told[1][0]))
    assert tried > 80
    assert not wrong


def test_figures_of_a_unit_above_are_not_there_though_the_stage_is(home, real):
    stage = f"/progress/stages/{home.stage_id}/units"
    with home.database.reading() as session:
        below = max(each.unit_id for each in session.scalars(select(Grant)).all())
    assert home.client.get(f"{stage}/{below}").status_code == 200
    for tail in ("", "/people", "/people?behind=1", "/requirements"):
        assert home.client.get(f"{stage}/{home.unit_id}{tail}").status_code == 404
    with home.database.reading() as session:
        line_id = session.scalar(select(Requirement.id).limit(1))
    assert home.client.get(f"{stage}/{home.unit_id}/requirements/{line_id}").status_code == 404
