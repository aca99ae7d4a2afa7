"""A briefing or circular in sentences, drawn from a frozen report; each figure in it is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Verdict, half_time_half_task
from learnapp.domain.reports.briefings import (
    BriefingContent,
    BriefingSection,
    BriefingTable,
    FigureList,
)
from learnapp.domain.reports.weekly import (
    ReportHeader,
    ReportRow,
    WeekExam,
    WeeklyReport,
    WindowCounts,
)
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import day_label, moment_label
from learnapp.wording.labels import label
from learnapp.wording.numbers import percent_label


@dataclass(frozen=True)
class Closer:
    """Who puts a unit's gap right by when: a chase that is running."""

    unit: str
    owner: str
    due_on: date
    asked: str


@dataclass(frozen=True)
class OwnWords:
    """What the authors of a briefing write themselves."""

    problems: str = ""
    next_steps: str = ""
    copies: str = ""  # 报、送、发, a line each
    to: str = ""  # 主送 of a notice


def half_holds(report: WeeklyReport) -> bool:
    """Whether 时间过半、任务过半 may be said of the report."""
    top = report.top
    judged = report.header.judged(top)
    return half_time_half_task(report.header.time, top.counts.task_share, judged)


def briefing_content(
    language: Language, report: WeeklyReport, closers: Sequence[Closer], words: OwnWords
) -> BriefingContent:
    """简报: progress, units, exams of the week, what is behind with who closes it by when, next steps."""
    figures = FigureList()
    sections = [
        BriefingSection(
            translated(language, "一、总体进度"),
            [_progress(language, report, figures), _half(language, report, figures)],
        )
    ]
    exams = [_exam(language, report, exam, figures) for exam in report.header.exams]
    if exams:
        sections.append(BriefingSection(translated(language, "二、测试和考试"), exams))
    sections.append(
        BriefingSection(
            translated(language, "三、存在问题和办结时限"),
            [*_behind(language, report, figures), *_closers(language, report, closers)]
            + ([words.problems] if words.problems else []),
        )
    )
    if words.next_steps:
        sections.append(BriefingSection(translated(language, "四、下步要求"), [words.next_steps]))
    tables = [_units(language, report, figures), _heat(language, report, figures)]
    return BriefingContent(sections, tables, figures.found)


def circular_content(
    language: Language, report: WeeklyReport, exam: WeekExam, words: OwnWords
) -> BriefingContent:
    """月考通报: 基本情况、存在问题、下步要求, and a table by unit."""
    figures = FigureList()
    counts = _of(report.top.exams, exam)
    problems = [_absent(language, counts, figures, report.rows[0].unit_id)]
    sections = [
        BriefingSection(
            translated(language, "一、基本情况"), [_exam(language, report, exam, figures)]
        ),
        BriefingSection(
            translated(language, "二、存在问题"),
            problems + ([words.problems] if words.problems else []),
        ),
    ]
    if words.next_steps:
        sections.append(BriefingSection(translated(language, "三、下步要求"), [words.next_steps]))
    return BriefingContent(sections, [_exam_table(language, report, exam, figures)], figures.found)


def _of(exams: Mapping[int, WindowCounts], exam: WeekExam) -> WindowCounts:
    return exams.get(exam.exam_id, WindowCounts())


def _progress(language: Language, report: WeeklyReport, figures: FigureList) -> str:
    top, unit = report.top.counts, report.rows[0].unit_id
    mark = figures.mark
    return translated(
        language,
        "截至%(t)s，时间进度 %(a)s，任务进度 %(b)s（%(d)s/%(o)s 项次）；到期未完成 %(p)s 人。",
        t=moment_label(language, report.header.cut_off, local_day(report.header.cut_off)),
        a=mark(percent_label(report.header.time), translated(language, "时间进度"), unit),
        b=mark(percent_label(top.task_share), translated(language, "任务进度"), unit),
        o=mark(top.owed, translated(language, "应完成（项次）"), unit),
        d=mark(top.done, translated(language, "已完成（项次）"), unit),
        p=mark(top.behind, translated(language, "到期未完成（人）"), unit),
    )


def _half(language: Language, report: WeeklyReport, figures: FigureList) -> str:
    """The sentence of 时间过半、任务过半 where it is true, else the gap."""
    top, unit = report.top.counts, report.rows[0].unit_id
    under = figures.mark(top.under_half, translated(language, "任务未过半（人）"), unit)
    if half_holds(report):
        return translated(language, "时间过半、任务过半；个人任务未过半的还有 %(u)s 人。", u=under)
    left = figures.mark(top.owed - top.done, translated(language, "未完成（项次）"), unit)
    return translated(
        language,
        "尚有 %(n)s 项次未完成，个人任务未过半 %(u)s 人，责任人和时限见第三部分。",
        n=left,
        u=under,
    )


def _exam(language: Language, report: WeeklyReport, exam: WeekExam, figures: FigureList) -> str:
    unit = report.rows[0].unit_id
    counts = _of(report.top.exams, exam)
    sat = figures.mark(counts.sat, translated(language, "实考（人）"), unit)
    if exam.running:
        at = moment_label(language, report.header.cut_off, local_day(report.header.cut_off))
        return translated(
            language, "%(e)s：进行中，已交 %(n)s 人，截至 %(t)s。", e=exam.title, n=sat, t=at
        )
    rate = counts.sitting_rate(exam.running) or Share(0, 0)
    text = translated(
        language,
        "%(e)s：应考 %(a)s 人，实考 %(b)s 人，参考率 %(r)s",
        e=exam.title,
        a=figures.mark(counts.asked, translated(language, "应考（人）"), unit),
        b=sat,
        r=figures.mark(percent_label(rate), translated(language, "参考率"), unit),
    )
    passed = counts.pass_rate(exam.running, exam.marks_shown)
    if passed is None:
        return text + translated(language, "；成绩未公布。")
    return text + translated(
        language,
        "；合格 %(c)s 人，合格率 %(q)s。",
        c=figures.mark(counts.passed, translated(language, "合格（人）"), unit),
        q=figures.mark(percent_label(passed), translated(language, "合格率"), unit),
    )


def _absent(language: Language, counts: WindowCounts, figures: FigureList, unit: int) -> str:
    missing = counts.asked - counts.sat
    if not missing:
        return translated(language, "应考人员全部参考。")
    what = translated(language, "未参考（人）")
    return translated(
        language, "未参考 %(n)s 人，由所在单位组织补考。", n=figures.mark(missing, what, unit)
    )


def _behind(language: Language, report: WeeklyReport, figures: FigureList) -> list[str]:
    """Each unit with somebody overdue, in the established order; never by its figures."""
    what = translated(language, "到期未完成（人）")
    parts = [
        translated(
            language,
            "%(u)s %(n)s 人",
            u=_name(language, report, row),
            n=figures.mark(row.facts.counts.behind, what, row.unit_id),
        )
        for row in report.rows
        if row.facts.counts.behind
    ]
    if not parts:
        return [translated(language, "没有到期未完成的人员。")]
    comma = translated(language, "、")
    return [translated(language, "到期未完成：%(l)s。", l=comma.join(parts))]


def _name(language: Language, report: WeeklyReport, row: ReportRow) -> str:
    own = row is report.rows[0] and len(report.rows) > 1
    return translated(language, "%(u)s本级", u=row.name) if own else row.name


def _closers(language: Language, report: WeeklyReport, closers: Sequence[Closer]) -> list[str]:
    today = local_day(report.header.cut_off)
    found = [
        translated(
            language,
            "%(u)s：%(a)s，责任人%(o)s，%(d)s 前办结。",
            u=each.unit,
            a=each.asked,
            o=each.owner,
            d=day_label(language, each.due_on, today),
        )
        for each in closers
    ]
    asked = {each.unit for each in closers}
    left = [
        row.name for row in report.rows[1:] if row.facts.counts.behind and row.name not in asked
    ]
    if left:
        names = translated(language, "、").join(left)
        found.append(translated(language, "%(u)s还没有提醒函，责任人和时限待定。", u=names))
    return found


def _units(language: Language, report: WeeklyReport, figures: FigureList) -> BriefingTable:
    columns = (
        translated(language, "单位"),
        translated(language, "人数"),
        translated(language, "任务进度"),
        translated(language, "到期完成率"),
        translated(language, "到期未完成（人）"),
        translated(language, "考核点"),
    )
    rows = [
        _unit_row(language, report.header, row, _name(language, report, row), (columns, figures))
        for row in report.rows
        if row.facts.counts != Counts()
    ]
    return BriefingTable(translated(language, "各单位进度"), columns, rows)


def _unit_row(
    language: Language,
    header: ReportHeader,
    row: ReportRow,
    name: str,
    marking: tuple[Sequence[str], FigureList],
) -> list[str]:
    columns, figures = marking
    counts, judged = row.facts.counts, header.judged(row.facts)
    values = (
        str(counts.people),
        percent_label(counts.task_share),
        percent_label(counts.due_share),
        str(counts.behind),
    )
    marked = [
        figures.mark(value, what, row.unit_id)
        for value, what in zip(values, columns[1:], strict=False)
    ]
    return [name, *marked, "" if judged is None else label(language, Verdict, judged.verdict)]


def _heat(language: Language, report: WeeklyReport, figures: FigureList) -> BriefingTable:
    """上热中温下冷: due_share of the unit's own members, and of those below, so that the loss shows."""
    own, *below = report.rows
    lower = sum((row.facts.counts for row in below), Counts())
    what = translated(language, "到期完成率")
    rows = [
        [name, figures.mark(percent_label(counts.due_share), what, own.unit_id)]
        for name, counts in (
            (translated(language, "本级"), own.facts.counts),
            (translated(language, "下级各单位"), lower),
        )
        if counts.people
    ]
    columns = (translated(language, "层级"), what)
    return BriefingTable(translated(language, "各层级到期完成率"), columns, rows)


def _exam_table(
    language: Language, report: WeeklyReport, exam: WeekExam, figures: FigureList
) -> BriefingTable:
    columns = (
        translated(language, "单位"),
        translated(language, "应考（人）"),
        translated(language, "实考（人）"),
        translated(language, "参考率"),
        translated(language, "合格率"),
    )
    rows = []
    for row in report.rows:
        counts = _of(row.facts.exams, exam)
        sitting = counts.sitting_rate(exam.running)
        passed = counts.pass_rate(exam.running, exam.marks_shown)
        values = (
            str(counts.asked),
            str(counts.sat),
            "" if sitting is None else percent_label(sitting),
            "" if passed is None else percent_label(passed),
        )
        marked = [
            figures.mark(value, what, row.unit_id) if value else ""
            for value, what in zip(values, columns[1:], strict=True)
        ]
        if counts.asked:
            rows.append([_name(language, report, row), *marked])
    return BriefingTable(exam.title, columns, rows)
