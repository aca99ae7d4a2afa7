"""简报, 通报 and 月计划通知 as documents: their names, what stands round the text, the template filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.reports.models import Briefing
from learnapp.domain.core.calendar import local_day
from learnapp.domain.reports.briefings import BriefingKind, issued_text, proof_text
from learnapp.reports import briefing_document
from learnapp.reports.briefing_document import PLAN_TEMPLATE, TEMPLATE, BriefingHead
from learnapp.services.reports import briefings, plan_notices
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import day_label
from learnapp.wording.labels import label


def template_name(row: Briefing) -> str:
    """The template of a row's kind, by its name in the home folder."""
    return PLAN_TEMPLATE if row.kind == BriefingKind.PLAN else TEMPLATE


def name_of(language: Language, row: Briefing) -> str:
    """简报 第3期（总第7期）; 2026年11月月计划通知."""
    kind = label(language, BriefingKind, BriefingKind(row.kind))
    if row.kind == BriefingKind.PLAN:
        month = plan_notices.month_of(row)
        of_month = translated(language, "%(y)s年%(m)s月", y=month.year, m=month.month)
        return f"{of_month} {kind}"
    numbered = _numbered(language, row)
    return f"{kind} {numbered}" if numbered else kind


def _numbered(language: Language, row: Briefing) -> str:
    if row.serial is None:
        return ""
    return translated(language, "第%(n)s期（总第%(s)s期）", n=row.number, s=row.serial)


@dataclass(frozen=True)
class Copy:
    """Which copy of a row is drawn: in which language, of which unit by name, on which day, proof or not."""

    language: Language
    unit: str
    today: date
    proof: bool

    def note(self, row: Briefing) -> str:
        """What the copy is, with the check code of an issued one."""
        if self.proof:
            return translated(self.language, "核对稿")
        return translated(self.language, "校验码 %(c)s", c=row.check_code)


def head_of(row: Briefing, copy: Copy) -> BriefingHead:
    """What stands round the text."""
    language = copy.language
    issued = local_day(row.issued_at) if row.issued_at else copy.today
    return BriefingHead(
        _title(language, row),
        _numbered(language, row),
        copy.unit,
        _day(language, row, issued, copy.today),
        row.words.get("copies", "").splitlines(),
        copy.note(row),
        row.words.get("to") or translated(language, "各单位"),
    )


def _day(language: Language, row: Briefing, issued: date, today: date) -> str:
    """The day of issue; a notice is dated in full, as official papers are."""
    if row.kind != BriefingKind.PLAN:
        return day_label(language, issued, today)
    return translated(
        language, "%(y)s年%(m)s月%(d)s日", y=issued.year, m=issued.month, d=issued.day
    )


def _title(language: Language, row: Briefing) -> str:
    if row.kind == BriefingKind.PLAN:
        month = plan_notices.month_of(row)
        return translated(
            language, "%(y)s年%(m)s月日学周测月考学习计划的通知", y=month.year, m=month.month
        )
    kind = label(language, BriefingKind, BriefingKind(row.kind))
    return translated(language, "日学周测月考%(k)s", k=kind)


def document_of(template: bytes, row: Briefing, copy: Copy) -> bytes:
    """The row as .docx. Raises RuleBroken of "template" as `briefing_document.document` does."""
    shown = proof_text if copy.proof else issued_text
    head = head_of(row, copy)
    content, name = briefings.content(row), template_name(row)
    return briefing_document.document(template, head, content, shown, name)
