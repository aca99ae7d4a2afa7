"""A weekly report in sentences and cells: written once, for the page, the document and the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Verdict
from learnapp.domain.reports.weekly import (
    ReportHeader,
    ReportKind,
    ReportRow,
    SinceLast,
    WeekExam,
    WeeklyReport,
    WindowCounts,
)
from learnapp.wording.catalogue import Language, in_a_row, translated
from learnapp.wording.dates import day_label, moment_label
from learnapp.wording.labels import label
from learnapp.wording.numbers import percent_label
from learnapp.wording.progress import (
    HalfSentence,
    Judged,
    checkpoint_label,
    half_sentence,
    lead_label,
    progress_sentence,
)


@dataclass(frozen=True)
class ReportLine:
    """A unit's line: its counts, the shares made of them, its verdict, whether it is signed."""

    unit_id: int
    name: str
    counts: Counts
    task: str
    due: str
    verdict: Verdict | None
    verdict_words: str
    points: str
    signed: str


@dataclass(frozen=True)
class ReportTexts:
    """All that a report says."""

    title: str
    about: str
    sentence: str
    half: HalfSentence
    exams: tuple[str, ...]
    changes: tuple[str, ...]
    gaps: tuple[str, ...]
    checkpoint: str
    columns: tuple[str, ...]
    total: ReportLine
    lines: tuple[ReportLine, ...]
    counted: str

    def cells(self, line: ReportLine) -> tuple[str | int, ...]:
        """A line as cells under the columns."""
        counts = line.counts
        figures = (counts.people, counts.owed, counts.done, line.task)
        due = (counts.due, counts.due_done, counts.behind)
        return (line.name, *figures, *due, f"{line.verdict_words} {line.points}".strip())


def report_texts(language: Language, report: WeeklyReport) -> ReportTexts:
    """What a report says, as of its cut-off, whenever it is read."""
    header, today = report.header, local_day(report.header.cut_off)
    top = report.top
    judged = Judged(today, header.checkpoint, header.judged(top))
    total = ReportRow(report.rows[0].unit_id, translated(language, "合计"), top)
    return ReportTexts(
        title=report_title(language, header, report.unit_name),
        about=_about(language, header, today),
        sentence=progress_sentence(language, top.counts, header.time, judged),
        half=half_sentence(language, top.counts, header.time, judged),
        exams=tuple(
            exam_sentence(language, exam, top.exams.get(exam.exam_id, WindowCounts()), header)
            for exam in header.exams
        ),
        changes=_changes(language, report, today),
        gaps=_gaps(language, report),
        checkpoint=checkpoint_label(language, judged),
        columns=_columns(language, checkpoint_label(language, judged)),
        total=_line(language, header, total),
        lines=tuple(_line(language, header, row) for row in _shown(language, report)),
        counted=_counted(language, top.counts),
    )


def report_title(language: Language, header: ReportHeader, unit: str) -> str:
    """云岭市公安局日学周测月考周报（第3期）."""
    return translated(
        language,
        "%(unit)s%(kind)s（第%(n)s期）",
        unit=unit,
        kind=label(language, ReportKind, header.kind),
        n=header.number,
    )


def _about(language: Language, header: ReportHeader, today: date) -> str:
    return translated(
        language,
        "%(p)s · %(s)s（%(a)s – %(b)s）· 截至 %(t)s",
        p=header.programme,
        s=header.stage,
        a=day_label(language, header.first_day, today),
        b=day_label(language, header.last_day, today),
        t=moment_label(language, header.cut_off, today),
    )


def _shown(language: Language, report: WeeklyReport) -> list[ReportRow]:
    """The rows under the total; a unit with others below has its own members under a name of their own."""
    own, *below = report.rows
    if not below:
        return []
    if own.facts.counts == Counts():
        return below
    return [ReportRow(own.unit_id, translated(language, "本级"), own.facts), *below]


def _line(language: Language, header: ReportHeader, row: ReportRow) -> ReportLine:
    counts, judged = row.facts.counts, header.judged(row.facts)
    return ReportLine(
        row.unit_id,
        row.name,
        counts,
        percent_label(counts.task_share),
        percent_label(counts.due_share),
        None if judged is None else judged.verdict,
        "" if judged is None else label(language, Verdict, judged.verdict),
        "" if judged is None else lead_label(language, judged),
        "" if row.signed_at is None else translated(language, "已签发"),
    )


def _columns(language: Language, checkpoint: str) -> tuple[str, ...]:
    return (
        translated(language, "单位"),
        translated(language, "人数"),
        translated(language, "应完成（项次）"),
        translated(language, "已完成"),
        translated(language, "任务进度"),
        translated(language, "到期（项次）"),
        translated(language, "到期已完成"),
        translated(language, "到期未完成（人）"),
        checkpoint,
    )


def exam_sentence(
    language: Language, exam: WeekExam, counts: WindowCounts, header: ReportHeader
) -> str:
    """An exam in a report: while a window is open how many have handed in, and no rate; then 参考率, and
    合格率 once the marks may be seen."""
    at = moment_label(language, header.cut_off, local_day(header.cut_off))
    if exam.running:
        return translated(
            language, "%(e)s：进行中，已交 %(n)s 人，截至 %(t)s。", e=exam.title, n=counts.sat, t=at
        )
    sitting = counts.sitting_rate(exam.running)
    first = translated(
        language,
        "%(e)s：应考 %(a)s 人，实考 %(b)s 人，参考率 %(r)s",
        e=exam.title,
        a=counts.asked,
        b=counts.sat,
        r="" if sitting is None else percent_label(sitting),
    )
    passed = counts.pass_rate(exam.running, exam.marks_shown)
    if passed is None:
        return first + translated(language, "；成绩未公布。")
    return first + translated(
        language, "；合格 %(c)s 人，合格率 %(q)s。", c=counts.passed, q=percent_label(passed)
    )


def _changes(language: Language, report: WeeklyReport, today: date) -> tuple[str, ...]:
    found = []
    if report.change is None:
        found.append(translated(language, "首期，没有上期可比。"))
    else:
        found.append(_since(language, report.change))
        if report.change.is_corrected:
            found.append(
                _correction(
                    language,
                    translated(language, "更正上期"),
                    report.change.before,
                    report.change.corrected,
                )
            )
    if report.correction is not None and report.later_known_at is not None:
        known = moment_label(language, report.later_known_at, today)
        what = translated(language, "本期更正（截至 %(t)s 补录）", t=known)
        found.append(_correction(language, what, *report.correction))
    return tuple(found)


def _since(language: Language, change: SinceLast) -> str:
    """What changed: counted from what the issue before would say today, so that what was recorded late
    is no progress of this week."""
    before, now = change.corrected, change.now
    return translated(
        language,
        "比上期：完成 %(a)s → %(b)s 项次，任务进度 %(c)s → %(d)s，到期未完成 %(e)s → %(f)s 人。",
        a=before.done,
        b=now.done,
        c=percent_label(before.task_share),
        d=percent_label(now.task_share),
        e=before.behind,
        f=now.behind,
    )


def _correction(language: Language, what: str, before: Counts, after: Counts) -> str:
    return translated(
        language,
        "%(w)s：完成 %(a)s 项次改为 %(b)s，应完成 %(c)s 改为 %(d)s，到期未完成 %(e)s 人改为 %(f)s。",
        w=what,
        a=before.done,
        b=after.done,
        c=before.owed,
        d=after.owed,
        e=before.behind,
        f=after.behind,
    )


def _gaps(language: Language, report: WeeklyReport) -> tuple[str, ...]:
    """Which units are missing, and whose reports nobody signed."""
    comma = translated(language, "、")
    found = []
    if report.missing:
        names = comma.join(report.missing)
        found.append(
            translated(
                language, "缺 %(n)s 个单位的周报，合计不含：%(u)s。", n=len(report.missing), u=names
            )
        )
    if report.unsigned:
        names = comma.join(report.unsigned)
        found.append(
            translated(language, "%(n)s 个下级单位未签发：%(u)s。", n=len(report.unsigned), u=names)
        )
    return tuple(found)


def _counted(language: Language, counts: Counts) -> str:
    """The 口径: who and what was counted."""
    return in_a_row(
        language,
        translated(
            language,
            "口径：人员 %(p)s 人；必学必考 %(o)s 项次，免除 %(e)s 项次不计；未到期的不算落后。",
            p=counts.people,
            o=counts.owed,
            e=counts.excused,
        ),
        translated(language, "本期数据在截止时定稿，以后补录的只列更正。"),
    )
