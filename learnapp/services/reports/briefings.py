"""简报 and 月考通报: drafted from a frozen report, checked figure by figure, numbered when issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_trees
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.reports import briefings
from learnapp.db.reports.models import Briefing, ReportIssue
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.seen import mark_of, must_have_seen
from learnapp.domain.notices.chases import ChaseKind
from learnapp.domain.reports.briefings import (
    BriefingContent,
    BriefingKind,
    BriefingSection,
    BriefingTable,
    TracedFigure,
    check_code,
    check_words,
)
from learnapp.domain.reports.weekly import WeeklyReport
from learnapp.services.reports import plan_notices, weekly
from learnapp.wording.briefings import (
    Closer,
    OwnWords,
    briefing_content,
    circular_content,
    half_holds,
)
from learnapp.wording.labels import label


@dataclass(frozen=True)
class NewBriefing:
    """Of which report, of which unit; about one exam for a circular; with which words of one's own."""

    issue_id: int
    unit_id: int
    words: OwnWords
    exam_id: int | None = None

    @property
    def kind(self) -> BriefingKind:
        """A circular is about an exam."""
        return BriefingKind.BRIEFING if self.exam_id is None else BriefingKind.CIRCULAR


def _reach(caller: Caller) -> Select[int]:
    return units_in_scope(caller.actor, Permission.BRIEFING_EDIT, local_day(caller.now))


def draft(caller: Caller, new: NewBriefing) -> Briefing:
    """Draft a briefing from a report within reach; its figures are those that were frozen.

    Raises Forbidden, NotFound, RuleBroken of "problems" or "next_steps".
    """
    content = content_of(caller, new)
    row = Briefing(
        kind=new.kind,
        unit_id=new.unit_id,
        issue_id=new.issue_id,
        exam_id=new.exam_id,
        words=asdict(new.words),
        content=_to_document(content),
        drafted_by=caller.actor.own_id(),
        drafted_at=caller.now,
    )
    caller.session.add(row)
    caller.session.flush()
    audit_log.record(caller, "briefing.drafted", ("unit", new.unit_id), briefing=row.id)
    return row


def content_of(caller: Caller, new: NewBriefing) -> BriefingContent:
    """What a briefing would say. Raises Forbidden, NotFound, RuleBroken."""
    session = caller.session
    issue = session.get(ReportIssue, new.issue_id)
    if issue is None:
        raise NotFound("report_unknown")
    for right in (Permission.BRIEFING_EDIT, Permission.PROGRESS_READ):
        weekly.require_whole(caller, issue, new.unit_id, right)
    report = weekly.of_unit(caller, new.issue_id, new.unit_id).report
    _check(new.words, half_holds(report))
    if new.exam_id is not None:
        exam = next((each for each in report.header.exams if each.exam_id == new.exam_id), None)
        if exam is None or exam.running:
            raise NotFound("exam_unknown")
        return circular_content("zh", report, exam, new.words)
    return briefing_content("zh", report, _closers(caller, issue, new.unit_id, report), new.words)


def _check(words: OwnWords, holds: bool) -> None:
    for name, text in asdict(words).items():
        if len(text) > lengths.PARAGRAPH:
            raise RuleBroken(name, "value_too_long", most=lengths.PARAGRAPH)
        try:
            check_words(text, holds)
        except RuleBroken as broken:
            raise RuleBroken(name, broken.code) from broken


def _closers(
    caller: Caller, issue: ReportIssue, unit_id: int, report: WeeklyReport
) -> list[Closer]:
    """Who closes a gap by when: chases that run, of each unit below the last one."""
    below = unit_trees.subtree(unit_id, issue.line_id, local_day(caller.now))
    names = {row.unit_id: row.name for row in report.rows}
    rows = briefings.running_chases(caller.session, issue.stage_id, below)
    return [
        Closer(names.get(each, name), owner, due_on, label("zh", ChaseKind, ChaseKind(kind)))
        for each, name, kind, owner, due_on in rows
    ]


def mark(row: Briefing) -> str:
    """The mark of what a briefing says, for the forms of its page."""
    return mark_of(row.content, row.words)


def rewrite(caller: Caller, briefing_id: int, words: OwnWords, seen: str) -> None:
    """Change the words of a draft whose page showed what `seen` marks; the figures are drawn from the same
    report again.

    Raises Forbidden, NotFound, Conflict("briefing_issued"), RuleBroken.
    """
    row = _locked(caller, briefing_id)
    must_have_seen(seen, row.content, row.words)
    row.words, row.content = asdict(words), _to_document(_content_of_row(caller, row, words))
    caller.session.flush()


def _content_of_row(caller: Caller, row: Briefing, words: OwnWords) -> BriefingContent:
    if row.issue_id is None:
        return plan_notices.content_of(caller, plan_notices.month_of(row), words)
    return content_of(caller, NewBriefing(row.issue_id, row.unit_id, words, row.exam_id))


def _locked(caller: Caller, briefing_id: int) -> Briefing:
    row = one(caller, briefing_id)
    caller.session.refresh(row, with_for_update=True)
    if row.issued_at is not None:
        raise Conflict("briefing_issued")
    return row


def one(caller: Caller, briefing_id: int) -> Briefing:
    """A briefing of a unit within reach. Raises NotFound."""
    row = briefings.one_within(caller.session, _reach(caller), briefing_id)
    if row is None:
        raise NotFound("briefing_unknown")
    return row


def issue(caller: Caller, briefing_id: int, seen: str) -> Briefing:
    """Number a draft and issue it, with a check code over all that it says, which is what `seen` marks.

    Raises Forbidden, NotFound, Conflict("briefing_issued"), RuleBroken("seen", "changed_since_seen").
    """
    caller.actor.must(Permission.REPORT_SIGN)
    session, today = caller.session, local_day(caller.now)
    row = _locked(caller, briefing_id)
    _require_whole(caller, row)
    must_have_seen(seen, row.content, row.words)
    briefings.lock_unit(session, row.unit_id)
    number, serial = briefings.next_numbers(session, row.unit_id, row.kind, today.year)
    row.year, row.number, row.serial = today.year, number, serial
    row.issued_by, row.issued_at = caller.actor.own_id(), caller.now
    head = {"kind": row.kind, "unit": row.unit_id, "serial": serial, "content": row.content}
    row.check_code = check_code(head)
    session.flush()
    audit_log.record(caller, "briefing.issued", ("unit", row.unit_id), briefing=row.id)
    return row


def _require_whole(caller: Caller, row: Briefing) -> None:
    """Raise Forbidden or NotFound unless the actor may sign for the unit and all that the row is about."""
    if row.issue_id is None:
        today = local_day(caller.now)
        require_scope(caller.session, caller.actor, Permission.REPORT_SIGN, row.unit_id, today)
        return
    issue = caller.session.get_one(ReportIssue, row.issue_id)
    weekly.require_whole(caller, issue, row.unit_id, Permission.REPORT_SIGN)


def listed(caller: Caller, page: PageSpan) -> tuple[Sequence[Briefing], int]:
    """A page of the briefings of units within reach, the newest first, and how many there are."""
    reach = _reach(caller)
    rows = briefings.within(caller.session, reach, page.size, page.offset)
    return rows, briefings.count_within(caller.session, reach)


def with_code(caller: Caller, code: str) -> Sequence[Briefing]:
    """The issued briefings within reach that bear a check code."""
    return briefings.with_code(caller.session, _reach(caller), code.strip().upper())


def content(row: Briefing) -> BriefingContent:
    """What a briefing says, as it was drafted."""
    document: dict[str, Any] = row.content
    return BriefingContent(
        [BriefingSection(each["heading"], each["paragraphs"]) for each in document["sections"]],
        [
            BriefingTable(each["caption"], each["columns"], each["rows"])
            for each in document["tables"]
        ],
        [
            TracedFigure(each["value"], each["what"], each["unit_id"])
            for each in document["figures"]
        ],
    )


def figure(row: Briefing, number: int) -> TracedFigure:
    """A figure by its short id (F1 is 1). Raises NotFound."""
    found = content(row).figures
    if not 1 <= number <= len(found):
        raise NotFound("figure_unknown")
    return found[number - 1]


def _to_document(made: BriefingContent) -> dict[str, Any]:
    return asdict(made)
