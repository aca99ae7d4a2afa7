"""The finished values that the test page, its confirmation and its result are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from learnapp.db.bank.question_values import why_of
from learnapp.domain.exams.bands import Band, band_of
from learnapp.domain.exams.exams import AttemptState, ExamKind
from learnapp.domain.exams.grading import AnswerOutcome
from learnapp.domain.exams.rulings import Ruling, pass_mark_for
from learnapp.domain.study.owed import OwedState
from learnapp.services.exams.attempt_news import Announced
from learnapp.services.exams.attempt_results import AttemptPaper, AttemptResult
from learnapp.services.exams.attempts import remaining_seconds
from learnapp.web.core.wording import (
    any_answer_label,
    key_text,
    label,
    marks_label,
    moment_label,
    parted,
    void_sentence,
)
from learnapp.web.exams.plain_form import bases_text
from learnapp.web.study.law_places import with_laws
from question_bank.kinds import QuestionType
from question_bank.model import answers_in
from question_bank.options import letter_of


def paper_values(sheet: AttemptPaper, now: datetime, announced: Announced) -> dict[str, Any]:
    """What paper.html wants; nothing of the key is in it."""
    public_id = sheet.head.public_id
    return {
        "exam_title": sheet.head.title,
        "kind_label": label(ExamKind, sheet.head.kind),
        "attempt": public_id,
        "person_key": f"p{sheet.head.person_id}",
        "deadline_remaining_s": remaining_seconds(sheet.head.deadline, now),
        "deadline_label": _("%(t)s 截止", t=moment_label(sheet.head.deadline)),
        "answers_url": url_for("attempts.answers", public_id=public_id),
        "submit_url": url_for("attempts.submit", public_id=public_id),
        "sign_in_url": url_for("sign_in.form", next=url_for("attempts.paper", public_id=public_id)),
        "rule_note": _rule_note(sheet),
        "bases": bases_text(sheet.answers),
        "announced": announced.version,
        "announcements": announced.texts,
        "max_seq": max((event.seq for event in sheet.answers.values()), default=0),
        "questions": [_question(sheet, place) for place in sheet.places],
    }


def _rule_note(sheet: AttemptPaper) -> str:
    """How the types on this paper are marked, where that is not plain."""
    kinds = {place.type for place in sheet.places}
    rules = []
    if "multiple" in kinds and sheet.head.multiple_rule == "partial":
        rules.append(_("多选题全部选对得满分，少选得一半分，错选不得分。"))
    elif "multiple" in kinds:
        rules.append(_("多选题全部选对才得分。"))
    if "fill_blank" in kinds:
        rules.append(_("填空题按空计分。"))
    return "".join(rules)


def _question(sheet: AttemptPaper, place: Any) -> dict[str, Any]:
    answer = sheet.answers.get(place.ordinal)
    return {
        "ordinal": place.ordinal,
        "type": place.type,
        "type_label": label(QuestionType, place.type),
        "marks_label": _("%(m)s 分", m=marks_label(place.marks)),
        "section": place.section,
        "passage": place.passage,
        "stem": place.stem,
        "options": _options(place),
        "blanks": place.blanks,
        "response": answer.response if answer else None,
        "flagged": bool(answer and answer.flagged),
        "seq": answer.seq if answer else 0,
    }


def _options(place: Any) -> list[dict[str, Any]]:
    contents = {o["id"]: o["content"] for o in place.options}
    return [
        {"id": option_id, "letter": letter_of(n), "content": contents[option_id]}
        for n, option_id in enumerate(place.option_order)
    ]


def confirm_values(sheet: AttemptPaper) -> dict[str, Any]:
    """What confirm.html wants."""
    answered = {q for q, event in sheet.answers.items() if event.response is not None}
    empty = [place.ordinal for place in sheet.places if place.ordinal not in answered]
    flagged = [q for q, event in sheet.answers.items() if event.flagged]
    public_id = sheet.head.public_id
    return {
        "exam_title": sheet.head.title,
        "sentence": _("已答 %(n)s / %(m)s 题。", n=len(answered), m=len(sheet.places)),
        "empty_label": _("还有 %(n)s 题未答。", n=len(empty)) if empty else None,
        "flagged_label": _("%(n)s 题有标记。", n=len(flagged)) if flagged else None,
        "submit_url": url_for("attempts.submit", public_id=public_id),
        "back_url": url_for("attempts.paper", public_id=public_id),
    }


_MISSED = ("wrong", "partial")


@dataclass(frozen=True)
class ResultRequest:
    """How a result page was asked for: only what was wrong, and which report is to be answered."""

    wrong_only: bool = False
    reports: Mapping[int, Any] = field(default_factory=dict)  # by place
    refused: tuple[int, str] | None = None  # a report that could not be stored: its place, and why


def result_values(outcome: AttemptResult, asked: ResultRequest) -> dict[str, Any]:
    """What result.html wants; marks and key only as far as they may be seen."""
    sheet, seen, result = outcome.sheet, outcome.visible, outcome.result
    released = seen.marks and result is not None
    submitted = sheet.head.submitted_at
    band = None
    if released and result is not None:
        bands = [Band(*each) for each in sheet.head.bands]
        band = band_of(bands, result.awarded, result.full)
    # A paper that is being written with a pen is not shown on a phone beside it.
    shown = [] if sheet.head.state == AttemptState.OPEN else sheet.places
    questions = with_laws([_answered(outcome, place, asked) for place in shown])
    missed = [each for each in questions if each["outcome"] in _MISSED]
    others = [each for each in questions if each["outcome"] not in _MISSED]
    return {
        "exam_title": sheet.head.title,
        "released": released,
        "band": band,
        "state": _state(outcome),
        "passed": result.passed if released and result else None,
        "awarded_label": marks_label(result.awarded) if released and result else None,
        "full_label": marks_label(result.full) if released and result else None,
        "pass_label": _("合格线 %(m)s 分", m=marks_label(_pass_mark(outcome))),
        "submitted_at_label": submitted and _("%(t)s 交卷", t=moment_label(submitted)),
        "note": _note(outcome),
        "regrading": outcome.regrading and seen.marks,
        "filters": _filters(outcome, len(questions), len(missed), asked) if seen.key else [],
        "missed": missed,
        "others": [] if asked.wrong_only and seen.key else others,
    }


def _pass_mark(outcome: AttemptResult) -> int:
    """The pass mark of the paper as it counts, once its result is there."""
    sheet, result = outcome.sheet, outcome.result
    if result is None or not outcome.visible.marks:
        return sheet.head.pass_mark
    paper = sum(place.marks for place in sheet.places)
    return pass_mark_for(sheet.head.pass_mark, paper, result.full)


def _filters(
    outcome: AttemptResult, all_of_them: int, missed: int, asked: ResultRequest
) -> list[dict[str, Any]]:
    public_id = outcome.sheet.head.public_id
    choices = (
        (_("全部 %(n)s", n=all_of_them), None, False),
        (_("错题 %(n)s", n=missed), "wrong", True),
    )
    return [
        {
            "label": label,
            "url": url_for("attempts.result", public_id=public_id, show=code),
            "current": wrong_only is asked.wrong_only,
        }
        for label, code, wrong_only in choices
    ]


def _state(outcome: AttemptResult) -> str:
    """The key of the head's words in result.html, from the attempt's state."""
    return {
        OwedState.VOIDED: "voided",
        OwedState.ON_PAPER: "on_paper",
        OwedState.AWAITING_MARKS: "awaiting_marking",
        OwedState.AWAITING_RELEASE: "submitted",
    }.get(outcome.owed.state, "released")


def _note(outcome: AttemptResult) -> str | None:
    sentence = {
        OwedState.VOIDED: _("这份答卷已作废，答案都保存着。原因请问监考或本单位管理员。"),
        OwedState.ON_PAPER: _("纸笔作答：答卷录入并核对后公布成绩。"),
        OwedState.AWAITING_MARKS: _("简答题待阅，阅完后公布成绩。"),
        OwedState.AWAITING_RELEASE: _("成绩尚未公布。"),
    }.get(outcome.owed.state)
    if sentence is not None:
        return sentence
    seen = outcome.visible
    if seen.key:
        return None
    if seen.key_from is None:
        return _("现在只公布总分；还有人在作答，全部交卷后公布各题对错、正确答案和解析。")
    if seen.overlap:
        return _(
            "题库不够，补考会用到这份试卷里的题：各题对错、正确答案和解析在补考结束（%(t)s）之后公布。",
            t=moment_label(seen.key_from),
        )
    return _(
        "现在只公布总分；各题对错、正确答案和解析在 %(t)s 之后公布。", t=moment_label(seen.key_from)
    )


def _answered(outcome: AttemptResult, place: Any, asked: ResultRequest) -> dict[str, Any]:
    answer = outcome.sheet.answers.get(place.ordinal)
    response = (answer.response if answer else None) or {}
    revision = outcome.keys.get(place.ordinal)
    mark = outcome.marks.get(place.ordinal)
    void = None if revision is None else void_sentence(revision.ruling)
    key = None if revision is None or void else revision.key
    why = {} if revision is None else why_of(place, revision)
    how = _outcome_of(outcome, place, mark)
    public_id = outcome.sheet.head.public_id
    return {
        "ordinal": place.ordinal,
        "type_label": label(QuestionType, place.type),
        "passage": place.passage,
        "stem": place.stem,
        "options": _judged_options(place, response, key),
        "unanswered": not response,
        "mine_text": _mine(response),
        "right_text": key_text(key) if key else None,
        "either": any_answer_label(place.option_order, answers_in(key)) if key else None,
        "void": void,
        "outcome": how,
        "outcome_label": label(AnswerOutcome, how),
        "comment": mark.comment if mark is not None else "",
        "marks_label": _marks(place, mark),
        "explanation": why.get("explanation"),
        "source": why.get("source"),
        "held": _held(outcome, place),
        "read_url": _read_url(public_id, place) if key and how in _MISSED else None,
        "report": _report(asked.reports.get(place.ordinal), key is not None),
        "refused": asked.refused[1]
        if asked.refused and asked.refused[0] == place.ordinal
        else None,
        "report_url": url_for(
            "reports.report",
            public_id=public_id,
            ordinal=place.ordinal,
            show="wrong" if asked.wrong_only else None,
        ),
    }


def _read_url(public_id: str, place: Any) -> str:
    return url_for("own_marks.behind", public_id=public_id, ordinal=place.ordinal)


def _judged_options(place: Any, response: dict[str, Any], key: Any) -> list[dict[str, Any]]:
    """The options with what was chosen, and what is right as far as a key is shown."""
    chosen = set(response.get("options", []))
    right = set(chain(*answers_in(key))) if key else None
    return [
        o | {"chosen": o["id"] in chosen, "correct": None if right is None else o["id"] in right}
        for o in _options(place)
    ]


def _held(outcome: AttemptResult, place: Any) -> str | None:
    """Why the key of one question is withheld while those of the others are shown."""
    other = outcome.visible.unfinished.get(place.question_id) if outcome.visible.key else None
    if other is None:
        return None
    return _("这道题也在您未交的“%(exam)s”试卷上，交卷后再看答案。", exam=other.title)


def _report(report: Any, key_shown: bool) -> dict[str, Any] | None:
    """What became of a report of the question; an answer says what is right and waits for the key."""
    if report is None:
        return None
    answered = report.answered_at is not None and key_shown
    return {
        "text": report.text,
        "answer": report.answer if answered else None,
        "status": _("已答复") if answered else _("已收到，答复后会在消息里告诉您。"),
    }


def _marks(place: Any, mark: Any) -> str:
    full = marks_label(place.marks)
    if mark is None:
        return _("%(m)s 分", m=full)
    if mark.ruling == Ruling.VOID_OUT:
        return _("不计分")
    return _("%(a)s / %(m)s 分", a=marks_label(mark.awarded), m=full)


def _outcome_of(outcome: AttemptResult, place: Any, mark: Any) -> AnswerOutcome:
    if mark is None:
        waits = place.type == "short_answer" and outcome.result is None
        return AnswerOutcome.PENDING if waits else AnswerOutcome.HIDDEN
    if Ruling(mark.ruling).voids:
        return AnswerOutcome.VOID
    if mark.awarded == place.marks:
        return AnswerOutcome.RIGHT
    return AnswerOutcome.PARTIAL if mark.awarded else AnswerOutcome.WRONG


def _mine(response: dict[str, Any]) -> str:
    if "blanks" in response:
        return parted(response["blanks"])
    return str(response.get("text", ""))
