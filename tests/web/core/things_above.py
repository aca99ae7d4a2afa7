"""One of each thing that a route names by an id, of a unit above: for tests of who reaches it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import OutsideIdentity
from learnapp.db.bank.models import Bank, QuestionTask
from learnapp.db.exams.models import Dispensation
from learnapp.db.files.models import StoredFile, TaughtLayout
from learnapp.db.notices.models import Chase
from learnapp.db.people.models import AuthorityLine
from learnapp.db.reports.models import Briefing, ReportIssue, UnitReport
from learnapp.db.study.session_models import StudySession

DAY = date(2026, 12, 31)


def ids(session: Session, home: Any, now: datetime, person_id: int, by: int) -> dict[str, list]:
    """Ids by the name that routes give them, of things of the unit, a person of it, and who made them."""
    unit, line = (
        home.unit_id,
        session.scalar(select(AuthorityLine.id).order_by(AuthorityLine.id).limit(1)),
    )
    made = {"recorded_at": now, "recorded_by": by}
    of_stage = {"stage_id": home.stage_id}
    header = {"programme_id": 1, "programme": "计划", "stage": "阶段", "exams": []}
    header |= {"first_day": "2026-11-02", "last_day": "2026-12-31", "time": [1, 2]}
    header |= {"checkpoint": None, "time_then": None}
    issue = ReportIssue(
        line_id=line, kind="weekly", number=1, cut_off=now, units=1, header=header,
        recorded_at=now, **of_stage,
    )  # fmt: skip
    session.add(issue)
    session.flush()
    facts: dict[str, Any] = {"counts": {}, "judged": None, "exams": {}}
    things = {
        "briefing_id": Briefing(
            kind="briefing", unit_id=unit, issue_id=issue.id, words={}, content={},
            drafted_by=by, drafted_at=now,
        ),
        "chase_id": Chase(
            kind="letter", unit_id=unit, owner_id=by, reason="理由", condition="nobody_behind",
            target=0, due_on=DAY, state="issued", drafted_by=by, drafted_at=now, **of_stage,
        ),
        "session_id": StudySession(
            unit_id=unit, line_id=line, kind="lecture", title="讲座", host="", place="",
            starts_at=now, **made,
        ),
        "task_id": QuestionTask(
            bank_id=session.scalar(select(Bank.id).limit(1)), unit_id=unit, count=3, due_on=DAY,
            note="", **made,
        ),
        "layout_id": TaughtLayout(owner_unit_id=unit, name="某地题库", layout={}, **made),
        "dispensation_id": Dispensation(
            exam_id=home.exam_id, window_id=home.window_id, person_id=person_id, kind="excused",
            reason="理由", state="asked", **made,
        ),
        "identity_id": OutsideIdentity(
            kind="certificate", subject_sha256=b"1" * 32, label="证书", person_id=person_id,
            linked_at=now,
        ),
    }  # fmt: skip
    session.add_all(
        [
            UnitReport(
                issue_id=issue.id, unit_id=unit, ordinal=0, name="单位", own=facts, figures=facts
            ),
            *things.values(),
        ]
    )
    session.flush()
    return {name: [thing.id] for name, thing in things.items()} | {
        "issue_id": [issue.id],
        "identity": [home.stage_id],
        "file_id": [session.scalar(select(StoredFile.id).limit(1)) or 1],
        "thing_id": [1],
    }
