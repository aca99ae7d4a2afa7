"""Named queries of 迎检台账: what a unit, with all below it, has of a month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.models import Announcement, Dispensation, Exam, ExamWindow
from learnapp.db.notices.finding_models import FindingEntry, GroupFinding
from learnapp.db.notices.models import Chase
from learnapp.db.people.models import Membership, Person, Unit
from learnapp.db.reports.models import Briefing, ReportIssue, UnitReport
from learnapp.db.study.models import Item
from learnapp.db.study.rework_models import Rework
from learnapp.db.study.session_models import StudySession
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.dispensations import DispensationState
from learnapp.domain.exams.exams import WindowState


class MonthSpan(NamedTuple):
    """Instants from the first on, before the last."""

    first: datetime
    last: datetime


def ids_of(session: Session, units: Select[int]) -> set[int]:
    """The ids of units."""
    return set(session.scalars(select(Unit.id).where(Unit.id.in_(units))))


def windows_in(
    session: Session, items: Collection[int], span: MonthSpan
) -> list[tuple[Exam, ExamWindow]]:
    """The windows that close in a span, of the exams that these items ask for; cancelled ones not."""
    rows = session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .join(Item, Item.exam_id == Exam.id)
        .where(
            one_of(Item.id, items),
            ExamWindow.closes_at > span.first,
            ExamWindow.closes_at <= span.last,
            ExamWindow.state != WindowState.CANCELLED,
        )
        .order_by(ExamWindow.closes_at, ExamWindow.id)
    )
    return [(exam, window) for exam, window in rows]


def announcements_of(session: Session, windows: Collection[int]) -> list[tuple[int, str, datetime]]:
    """(window, text, when) of what was announced to everybody in these windows."""
    rows = session.execute(
        select(Announcement.window_id, Announcement.text, Announcement.recorded_at)
        .where(
            one_of(Announcement.window_id, windows),
            Announcement.attempt_id.is_(None),
            Announcement.text != "",
        )
        .order_by(Announcement.id)
    )
    return [(window_id, text, at) for window_id, text, at in rows]


def sessions_in(session: Session, units: Select[int], span: MonthSpan) -> Sequence[StudySession]:
    """The sessions of collective study that began in a span."""
    return session.scalars(
        select(StudySession)
        .where(
            StudySession.unit_id.in_(units),
            StudySession.starts_at >= span.first,
            StudySession.starts_at < span.last,
        )
        .order_by(StudySession.starts_at, StudySession.id)
    ).all()


class ApprovalRow(NamedTuple):
    """A dispensation that was approved: of whom, of which unit, by whom asked and decided, and when."""

    exam: str
    person: str
    unit: str
    kind: str
    asked_by: str
    decided_by: str
    decided_at: datetime | None


_ASKER, _DECIDER = lasting_alias(Person), lasting_alias(Person)


def approvals(
    session: Session, windows: Collection[int], units: Select[int], at: datetime
) -> list[ApprovalRow]:
    """What was approved in these windows for members of the units that day, without the reasons."""
    rows = session.execute(
        select(
            Exam.title,
            Person.name,
            Unit.name,
            Dispensation.kind,
            _ASKER.name,
            _DECIDER.name,
            Dispensation.decided_at,
        )
        .join(Exam, Exam.id == Dispensation.exam_id)
        .join(Person, Person.id == Dispensation.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(_ASKER, _ASKER.id == Dispensation.recorded_by)
        .join(_DECIDER, _DECIDER.id == Dispensation.decided_by)
        .where(
            one_of(Dispensation.window_id, windows),
            Dispensation.state == DispensationState.APPROVED,
            Membership.unit_id.in_(units),
            Membership.counts.is_(True),
            in_force(Membership, local_day(at)),
        )
        .order_by(Dispensation.window_id, Person.sort_key, Person.id)
    )
    return [ApprovalRow(*row) for row in rows]


def reports_in(session: Session, unit_id: int, span: MonthSpan) -> list[int]:
    """The issues of reports on a unit that were cut off in a span."""
    return list(
        session.scalars(
            select(ReportIssue.id)
            .join(UnitReport, UnitReport.issue_id == ReportIssue.id)
            .where(
                UnitReport.unit_id == unit_id,
                ReportIssue.cut_off >= span.first,
                ReportIssue.cut_off < span.last,
            )
            .order_by(ReportIssue.cut_off, ReportIssue.id)
        )
    )


def briefings_in(session: Session, unit_id: int, span: MonthSpan) -> Sequence[Briefing]:
    """What a unit issued in a span."""
    return session.scalars(
        select(Briefing)
        .where(
            Briefing.unit_id == unit_id,
            Briefing.issued_at >= span.first,
            Briefing.issued_at < span.last,
        )
        .order_by(Briefing.issued_at, Briefing.id)
    ).all()


def plans_of(session: Session, unit_id: int, month: date) -> Sequence[Briefing]:
    """The notices of a month's plan that a unit issued, whenever it did."""
    return session.scalars(
        select(Briefing)
        .where(
            Briefing.unit_id == unit_id, Briefing.month == month, Briefing.issued_at.is_not(None)
        )
        .order_by(Briefing.id)
    ).all()


def chases_in(session: Session, units: Select[int], span: MonthSpan) -> Sequence[Chase]:
    """The letters and orders to the units that were issued in a span."""
    return session.scalars(
        select(Chase)
        .where(Chase.unit_id.in_(units), Chase.issued_at >= span.first, Chase.issued_at < span.last)
        .order_by(Chase.issued_at, Chase.id)
    ).all()


def reworks_in(session: Session, units: Select[int], span: MonthSpan) -> Sequence[Rework]:
    """What the units were asked to do again in a span."""
    return session.scalars(
        select(Rework)
        .where(
            Rework.unit_id.in_(units),
            Rework.recorded_at >= span.first,
            Rework.recorded_at < span.last,
        )
        .order_by(Rework.id)
    ).all()


def findings_in(session: Session, units: Select[int], span: MonthSpan) -> Sequence[GroupFinding]:
    """The problems of the units that were found, or about which something was done, in a span."""
    done = select(FindingEntry.finding_id).where(
        FindingEntry.recorded_at >= span.first, FindingEntry.recorded_at < span.last
    )
    found = (GroupFinding.recorded_at >= span.first) & (GroupFinding.recorded_at < span.last)
    return session.scalars(
        select(GroupFinding)
        .where(GroupFinding.unit_id.in_(units), found | GroupFinding.id.in_(done))
        .order_by(GroupFinding.id)
    ).all()
