"""A unit's frozen report as a document: the same numbers as its page."""

from __future__ import annotations

from learnapp.domain.core.calendar import local_day
from learnapp.reports.official import OfficialText, Section, TextTable
from learnapp.services.reports.weekly import ReportPage
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import moment_label
from learnapp.wording.joining import with_note
from learnapp.wording.reports import report_texts


def official_text(language: Language, page: ReportPage) -> OfficialText:
    """The report with its comments and who signed it, whenever it is read."""
    texts = report_texts(language, page.report)
    sections = [
        Section(translated(language, "一、进度"), [texts.sentence, texts.half.text]),
        Section(translated(language, "二、变化和更正"), texts.changes),
    ]
    if texts.exams:
        sections.append(Section(translated(language, "三、考试"), texts.exams))
    if texts.gaps:
        sections.append(Section(translated(language, "缺报和未签发"), texts.gaps))
    if page.comments:
        comments = [with_note(language, each.text, each.name) for each in page.comments]
        sections.append(Section(translated(language, "说明"), comments))
    rows = [texts.cells(each) for each in (texts.total, *texts.lines)]
    return OfficialText(
        texts.title,
        texts.about,
        sections,
        [TextTable(translated(language, "各单位进度"), texts.columns, rows)],
        [texts.counted, _signed(language, page)],
    )


def _signed(language: Language, page: ReportPage) -> str:
    signed = page.signature
    if signed is None:
        return translated(language, "未签发")
    when = moment_label(language, signed.at, local_day(signed.at))
    return translated(language, "签发：%(n)s　%(t)s", n=signed.name, t=when)
