"""周报: a unit's report as it was frozen, with what its head adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import UnitOnLine, limits_of_reach
from learnapp.db.progress.figure_facts import StageInForce, stages_in_force
from learnapp.db.reports import documents, issues
from learnapp.db.reports.models import ReportIssue, ReportRemark, UnitReport
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.reports.weekly import (
    ReportHeader,
    ReportKind,
    ReportRow,
    WeeklyReport,
    missing_of,
    rolled_up,
    summed,
)
from learnapp.domain.study.planning import running_first
from learnapp.services.progress.figures import top_units

_MOST_ISSUES = 60


@dataclass(frozen=True)
class HeadRemark:
    """What somebody added to a report."""

    text: str
    name: str
    at: datetime


@dataclass(frozen=True)
class ReportPage:
    """A report with its remarks, who signed it, and the issues before and after it."""

    issue_id: int
    line_id: int
    unit_id: int
    report: WeeklyReport
    comments: list[HeadRemark]
    signature: HeadRemark | None
    previous_id: int | None
    next_id: int | None


@dataclass(frozen=True)
class StageReports:
    """The issues of a stage, the newest first, with where the actor's view of its line begins."""

    stage: StageInForce
    unit_id: int
    unit_name: str
    issues: Sequence[ReportIssue]


def reports_of(caller: Caller) -> list[StageReports]:
    """The reports of each stage of whose line the actor sees units, for each topmost unit in reach;
    running stages first."""
    session, today = caller.session, local_day(caller.now)
    found, tops = [], {}
    for stage in running_first(stages_in_force(session), today):
        if stage.line_id not in tops:
            tops[stage.line_id] = top_units(session, caller.actor, stage.line_id, today)
        listed = issues.issues_of(session, stage.identity, _MOST_ISSUES)
        names = unit_paths.labels(session, tops[stage.line_id], today)
        found += [StageReports(stage, each, names[each], listed) for each in tops[stage.line_id]]
    return found


def of_unit(caller: Caller, issue_id: int, unit_id: int) -> ReportPage:
    """A unit's report within reach. Raises Forbidden, NotFound."""
    session = caller.session
    issue = _issue(session, issue_id)
    limits = _reach(caller, issue, unit_id, Permission.PROGRESS_READ)
    row = issues.row_of(session, issue_id, unit_id)
    if row is None:
        raise NotFound("report_unknown")
    rows = _rows(session, issue, row, limits)
    following = issues.after(session, issue_id)
    before = _counts_in(session, issue.previous_id, unit_id, limits)
    corrected = documents.to_counts(row.corrected) if limits is None else None
    report = WeeklyReport(
        header_of(issue),
        row.name,
        tuple(rows),
        tuple(_missing(session, issue, unit_id, rows) if limits is None else ()),
        before,
        corrected,
        _later(session, following, unit_id, limits),
        None if following is None else following.cut_off,
    )
    remarks = issues.remarks_of(session, issue_id, unit_id)
    comments = [_remark(each, name) for each, name in remarks if each.kind == issues.COMMENT]
    signed = [_remark(each, name) for each, name in remarks if each.kind == issues.SIGNATURE]
    return ReportPage(
        issue_id,
        issue.line_id,
        unit_id,
        report,
        comments,
        signed[0] if signed else None,
        issue.previous_id,
        None if following is None else following.id,
    )


def _issue(session: Session, issue_id: int) -> ReportIssue:
    issue = session.get(ReportIssue, issue_id)
    if issue is None:
        raise NotFound("report_unknown")
    return issue


def _reach(
    caller: Caller, issue: ReportIssue, unit_id: int, right: Permission
) -> Select[int] | None:
    unit = UnitOnLine(unit_id, issue.line_id)
    return limits_of_reach(caller.session, caller.actor, right, unit, local_day(caller.now))


def require_whole(caller: Caller, issue: ReportIssue, unit_id: int, right: Permission) -> None:
    """Raise as `limits_of_reach`, and Forbidden("part_in_reach") where the right does not hold for all
    that the unit's report sums up: what is said of the unit in public is said of all of it."""
    if _reach(caller, issue, unit_id, right) is None:
        return
    if issues.right_below(caller.session, issue, unit_id, local_day(issue.cut_off)):
        raise Forbidden("part_in_reach")


def header_of(issue: ReportIssue) -> ReportHeader:
    """What holds for every unit of an issue."""
    header: dict[str, Any] = issue.header
    checkpoint, then = header["checkpoint"], header["time_then"]
    return ReportHeader(
        ReportKind(issue.kind),
        issue.number,
        header["programme"],
        header["stage"],
        date.fromisoformat(header["first_day"]),
        date.fromisoformat(header["last_day"]),
        issue.cut_off,
        Share(*header["time"]),
        None if checkpoint is None else date.fromisoformat(checkpoint),
        None if then is None else Share(*then),
        tuple(documents.to_exam(each) for each in header["exams"]),
    )


def _rows(
    session: Session, issue: ReportIssue, top: UnitReport, limits: Select[int] | None
) -> list[ReportRow]:
    """The unit with its own members, then the frozen reports right below; of what is within reach."""
    own = ReportRow(top.unit_id, top.name, documents.to_facts(top.own))
    signed = issues.signed(session, issue.id, issues.children_in(issue.id, top.unit_id))
    below = issues.below(session, issue.id, top.unit_id)
    whole = {each.unit_id: documents.to_facts(each.figures) for each in below}
    if limits is not None:
        seen = issues.rows_within(session, issue.id, limits)
        parents = {each.unit_id: each.parent_id for each in seen}
        whole = rolled_up({each.unit_id: documents.to_facts(each.own) for each in seen}, parents)
    children = [
        ReportRow(each.unit_id, each.name, whole[each.unit_id], signed.get(each.unit_id))
        for each in below
        if each.unit_id in whole
    ]
    return [own, *children]


def _missing(
    session: Session, issue: ReportIssue, unit_id: int, rows: Sequence[ReportRow]
) -> list[str]:
    placed = dict(issues.right_below(session, issue, unit_id, local_day(issue.cut_off)))
    return [placed[each] for each in missing_of(list(placed), [row.unit_id for row in rows])]


def _counts_in(
    session: Session, issue_id: int | None, unit_id: int, limits: Select[int] | None
) -> Counts | None:
    """What a unit's report of another issue sums up to; None where there is none."""
    issue = None if issue_id is None else session.get(ReportIssue, issue_id)
    row = None if issue is None else issues.row_of(session, issue.id, unit_id)
    if issue is None or row is None:
        return None
    return summed(each.facts for each in _rows(session, issue, row, limits)).counts


def _later(
    session: Session, following: ReportIssue | None, unit_id: int, limits: Select[int] | None
) -> Counts | None:
    """This issue's counts as the next one knows them; of all below, so for who may see all of it."""
    row = None if following is None else issues.row_of(session, following.id, unit_id)
    return None if row is None or limits is not None else documents.to_counts(row.corrected)


def _remark(row: ReportRemark, name: str) -> HeadRemark:
    return HeadRemark(row.text, name, row.recorded_at)


def comment(caller: Caller, issue_id: int, unit_id: int, text: str) -> None:
    """Add a comment to a unit's report; the figures stay as they are.

    Raises Forbidden, NotFound, RuleBroken of "text".
    """
    _reached_row(caller, issue_id, unit_id, Permission.REPORT_COMMENT)
    if not text.strip():
        raise RuleBroken("text", "text_missing")
    caller.session.add(
        ReportRemark(
            issue_id=issue_id,
            unit_id=unit_id,
            kind=issues.COMMENT,
            text=text.strip(),
            recorded_at=caller.now,
            recorded_by=caller.actor.own_id(),
        )
    )
    caller.session.flush()
    audit_log.record(caller, "report.commented", ("unit", unit_id), issue=issue_id)


def sign(caller: Caller, issue_id: int, unit_id: int) -> bool:
    """Sign a unit's report off; False where it was signed before. Raises Forbidden, NotFound."""
    _reached_row(caller, issue_id, unit_id, Permission.REPORT_SIGN)
    values = {
        "issue_id": issue_id,
        "unit_id": unit_id,
        "kind": issues.SIGNATURE,
        "text": "",
        "recorded_at": caller.now,
        "recorded_by": caller.actor.own_id(),
    }
    statement = insert_if_new(caller.session, ReportRemark).values(values)
    made = caller.session.scalar(statement.returning(ReportRemark.id))
    if made is None:
        return False
    audit_log.record(caller, "report.signed", ("unit", unit_id), issue=issue_id)
    return True


def _reached_row(caller: Caller, issue_id: int, unit_id: int, right: Permission) -> None:
    issue = _issue(caller.session, issue_id)
    require_whole(caller, issue, unit_id, right)
    if issues.row_of(caller.session, issue_id, unit_id) is None:
        raise NotFound("report_unknown")


def may_sign(caller: Caller, page: ReportPage) -> bool:
    """Whether the actor may sign this report, and nobody has."""
    return page.signature is None and _holds(caller, page, Permission.REPORT_SIGN)


def may_brief(caller: Caller, page: ReportPage) -> bool:
    """Whether the actor may draft a briefing from this report."""
    return _holds(caller, page, Permission.BRIEFING_EDIT)


def may_comment(caller: Caller, page: ReportPage) -> bool:
    """Whether the actor may comment on this report."""
    return _holds(caller, page, Permission.REPORT_COMMENT)


def _holds(caller: Caller, page: ReportPage, right: Permission) -> bool:
    if not caller.actor.may(right):
        return False
    try:
        require_whole(caller, _issue(caller.session, page.issue_id), page.unit_id, right)
    except (Forbidden, NotFound):
        return False
    return True
