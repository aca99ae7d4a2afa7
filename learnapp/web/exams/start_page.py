"""The finished values of the page before an exam: facts, rules in sentences, and one button or why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import CountingRule, ExamKind, Release, WindowKind
from learnapp.services.exams.start_page import StartPage
from learnapp.web.core.wording import label, left_label, marks_label, moment_label, problem
from question_bank.kinds import QuestionType

_MINUTE = timedelta(minutes=1)


def start_page_values(page: StartPage, now: datetime) -> dict[str, Any]:
    """What exams/exams/window.html wants."""
    exam, window = page.exam, page.window
    remedial = window.kind == WindowKind.REMEDIAL
    return {
        "title": exam.title,
        "kind": label(ExamKind, exam.kind)
        if window.kind == WindowKind.MAIN
        else label(WindowKind, window.kind),
        "lead": _(
            "%(n)s 题，满分 %(full)s 分，合格线 %(pass)s 分，%(m)s 分钟。",
            **{
                "n": page.questions,
                "full": marks_label(page.full_marks),
                "pass": marks_label(exam.pass_mark),
                "m": exam.duration_s // 60,
            },
        ),
        "announcements": page.announcements,
        "parts": [_part(part) for part in page.parts],
        "facts": _facts(page, now),
        "rules": _marking_rules(page) + _release_rules(page),
        "conduct": _conduct(page),
        "start_url": url_for("exams.start", window_id=window.id),
        "resume_url": _resume_url(page),
        "refusal": page.refusal and problem(page.refusal.code, **page.refusal.params),
        "may_start": page.may_start,
        "result_url": _result_url(page),
        "way_back_url": url_for("remedy.index", exam_id=exam.id) if remedial else None,
    }


def _resume_url(page: StartPage) -> str | None:
    if page.open_attempt is None:
        return None
    return url_for("attempts.resume", public_id=page.open_attempt)


def _part(part: Any) -> dict[str, str]:
    return {
        "type": label(QuestionType, part.type),
        "detail": _("%(n)s 题，每题 %(m)s 分", n=part.count, m=marks_label(part.marks)),
        "sum": _("共 %(m)s 分", m=marks_label(part.marks * part.count)),
    }


def _facts(page: StartPage, now: datetime) -> list[tuple[str, str]]:
    exam, window = page.exam, page.window
    closes = moment_label(window.closes_at)
    if window.opens_at <= now < window.closes_at:
        closes += _("，") + left_label(window.closes_at, now)
    return [
        (_("开考"), moment_label(window.opens_at)),
        (_("截止"), closes),
        (_("时长"), _length(page)),
        (_("次数"), _tries(page)),
        (_("地点"), _place(exam.networks)),
    ]


def _length(page: StartPage) -> str:
    """The minutes, what this person has besides, and what is left of them near the close."""
    minutes = page.exam.duration_s // 60
    text = _("%(n)s 分钟，从按下“开始作答”算起，不暂停", n=minutes)
    if page.extra:
        text += _("；") + _("您另有 %(n)s 分钟", n=page.extra // _MINUTE)
    if page.may_start and page.time // _MINUTE < minutes:
        text += _("；") + _("现在开始，到截止只有 %(n)s 分钟", n=page.time // _MINUTE)
    return text


def _tries(page: StartPage) -> str:
    exam = page.exam
    if page.window.kind == WindowKind.REMEDIAL:
        return _("不限，合格为止")
    text = _("可作答 %(n)s 次，已作答 %(m)s 次", n=exam.tries, m=page.tries_made)
    if exam.tries > 1:
        text += _("，") + label(CountingRule, exam.counts)
    return text


def _place(networks: list[str]) -> str:
    if not networks:
        return _("不限，手机、电脑都可以")
    return _("只能在这些网络里开始：%(n)s", n=_("、").join(networks))


def _marking_rules(page: StartPage) -> list[str]:
    kinds = {str(part.type) for part in page.parts}
    rules = []
    if "multiple" in kinds and page.exam.multiple_rule == "partial":
        rules.append(_("多选题全部选对得满分，少选得一半分，错选不得分。"))
    elif "multiple" in kinds:
        rules.append(_("多选题全部选对才得分。"))
    if "fill_blank" in kinds:
        rules.append(_("填空题按空计分。"))
    if "short_answer" in kinds:
        rules.append(_("简答题由阅卷人按要点评分。"))
    return rules


def _release_rules(page: StartPage) -> list[str]:
    """Whether and when marks, and the right answers, are shown."""
    marks = {
        Release.AT_ONCE: _("成绩在全部阅完后立即公布。"),
        Release.AT_CLOSE: _("成绩在本场截止、全部阅完后公布。"),
        Release.BY_HAND: _("成绩在人工复核后公布。"),
    }[page.release]
    if page.exam.kind == ExamKind.PRACTICE:
        key = _("交卷后看得到正确答案和解析。")
    elif page.exam.kind == ExamKind.WEEKLY:
        key = _("正确答案和解析在正式场次截止、无人作答后公布。")
    else:
        key = _("正确答案和解析在最后一场（含补考）结束后公布。")
    return [marks, key]


def _conduct(page: StartPage) -> list[str]:
    """What holds while answering: no network, another device, what the page notices, the end."""
    return [
        _("断网可以继续作答：答案先存在本机，联网后自动补交。断网时不要刷新页面。"),
        _("刷新、换设备、关掉再打开，都回到同一份答卷，计时不停。"),
        _(
            "到时自动交卷。截止后 %(n)s 秒内送到的作答算数，更晚的保存下来、不计入。",
            n=GRACE // timedelta(seconds=1),
        ),
        _("离开页面、复制题目会记下，只供考试负责人参考，不自动处罚。"),
    ]


def _result_url(page: StartPage) -> str | None:
    if page.last_attempt is None:
        return None
    return url_for("attempts.result", public_id=page.last_attempt)
