"""One of each thing that a route names by an id, of a unit above: for tests of who reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import EmergencyAccount, OutsideIdentity, RoleRequest
from learnapp.db.bank.models import Bank, QuestionTask
from learnapp.db.exams.models import Dispensation
from learnapp.db.files.models import StoredFile, TaughtLayout
from learnapp.db.notices.finding_models import GroupFinding
from learnapp.db.notices.models import Chase
from learnapp.db.people.models import AuthorityLine, UnitDeed
from learnapp.db.reports.models import Briefing, ReportIssue, UnitReport
from learnapp.db.study.elective_models import UnitElective
from learnapp.db.study.models import Reading
from learnapp.db.study.rework_models import Rework
from learnapp.db.study.session_models import StudySession

DAY = date(2026, 12, 31)


HEADER = {
    "programme_id": 1,
    "programme": "计划",
    "stage": "阶段",
    "exams": [],
    "first_day": "2026-11-02",
    "last_day": "2026-12-31",
    "time": [1, 2],
    "checkpoint": None,
    "time_then": None,
}


@dataclass(frozen=True)
class Above:
    """The unit above with its line, somebody of it, and who makes things of it."""

    session: Session
    home: Any
    now: datetime
    person_id: int
    by: int

    @property
    def made(self) -> dict[str, Any]:
        """When and by whom."""
        return {"recorded_at": self.now, "recorded_by": self.by}

    def first(self, row: Any) -> int:
        """The id of the first row there is."""
        return self.session.scalar(select(row.id).order_by(row.id).limit(1)) or 1


def ids(session: Session, home: Any, now: datetime, person_id: int, by: int) -> dict[str, list]:
    """Ids by the name that routes give them."""
    at = Above(session, home, now, person_id, by)
    issue = _report(at)
    things = {**_of_the_unit(at), **_of_the_person(at)}
    things["briefing_id"] = Briefing(
        kind="briefing", unit_id=home.unit_id, issue_id=issue, words={}, content={},
        drafted_by=by, drafted_at=now,
    )  # fmt: skip
    session.add_all(things.values())
    session.flush()
    return {name: [thing.id] for name, thing in things.items()} | {
        "issue_id": [issue],
        "identity": [home.stage_id],
        "file_id": [at.first(StoredFile)],
        "thing_id": [1],
    }


def _report(at: Above) -> int:
    """A frozen report of the unit."""
    issue = ReportIssue(
        stage_id=at.home.stage_id, line_id=at.first(AuthorityLine), kind="weekly", number=1,
        cut_off=at.now, units=1, header=HEADER, recorded_at=at.now,
    )  # fmt: skip
    at.session.add(issue)
    at.session.flush()
    facts: dict[str, Any] = {"counts": {}, "judged": None, "exams": {}}
    of_unit = {"unit_id": at.home.unit_id, "ordinal": 0, "name": "单位"}
    at.session.add(UnitReport(issue_id=issue.id, own=facts, figures=facts, **of_unit))
    return issue.id


def _of_the_unit(at: Above) -> dict[str, Any]:
    unit, line = at.home.unit_id, at.first(AuthorityLine)
    return {
        "chase_id": Chase(
            kind="letter", stage_id=at.home.stage_id, unit_id=unit, owner_id=at.by, reason="理由",
            condition="nobody_behind", target=0, due_on=DAY, state="issued", drafted_by=at.by,
            drafted_at=at.now,
        ),
        "finding_id": GroupFinding(
            unit_id=unit, title="问题", found="情况", asked="要求", due_on=DAY, state="open",
            **at.made,
        ),
        "rework_id": Rework(
            stage_id=at.home.stage_id, unit_id=unit, reason="理由", due_on=DAY, **at.made,
        ),
        "session_id": StudySession(
            unit_id=unit, line_id=line, kind="lecture", title="讲座", host="", place="",
            starts_at=at.now, **at.made,
        ),
        "elective_id": UnitElective(
            unit_id=unit, line_id=line, reading_id=at.first(Reading), first_day=DAY, last_day=DAY,
            **at.made,
        ),
        "task_id": QuestionTask(
            bank_id=at.first(Bank), unit_id=unit, count=3, due_on=DAY, note="", **at.made
        ),
        "deed_id": UnitDeed(
            kind="merged", unit_id=unit, other_id=unit, valid_from=DAY,
            details={"memberships": [], "children": []}, **at.made,
        ),
        "layout_id": TaughtLayout(owner_unit_id=unit, name="某地题库", layout={}, **at.made),
    }  # fmt: skip


def _of_the_person(at: Above) -> dict[str, Any]:
    return {
        "request_id": RoleRequest(
            person_id=at.person_id, role="marker", unit_id=at.home.unit_id, from_day=DAY,
            asked_at=at.now, asked_by=at.by,
        ),
        "account_id": EmergencyAccount(
            person_id=at.person_id, reason="值班", named_at=at.now, named_by=at.by
        ),
        "dispensation_id": Dispensation(
            exam_id=at.home.exam_id, window_id=at.home.window_id, person_id=at.person_id,
            kind="excused", reason="理由", state="asked", **at.made,
        ),
        "identity_id": OutsideIdentity(
            kind="certificate", subject_sha256=b"1" * 32, label="证书", person_id=at.person_id,
            linked_at=at.now,
        ),
    }  # fmt: skip
