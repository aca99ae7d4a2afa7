"""The finished values of a mock exam's pages, and what its form posts without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from learnapp.db.practice.models import MockExam
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.grading import AnswerOutcome
from learnapp.services.exams.attempts import remaining_seconds
from learnapp.services.practice.free_practice import PracticeFeedback
from learnapp.services.practice.mock_exams import MockPlace, MockSheet
from learnapp.services.practice.mock_results import MockResult, PlaceOutcome
from learnapp.web.core.wording import label, marks_label, moment_label, void_sentence
from learnapp.web.practice.free_practice import answered_face
from learnapp.web.study.law_places import with_laws
from question_bank.kinds import QuestionType
from question_bank.options import letter_of


def seconds_left(mock: MockExam, now: datetime) -> int:
    """Whole seconds until it is over."""
    return remaining_seconds(mock.due_at, now)


def paper_values(sheet: MockSheet, now: datetime) -> dict[str, Any]:
    """What exams/attempts/paper.html wants; nothing of the key is in it."""
    public_id = sheet.mock.public_id
    place = url_for("mocks.paper", public_id=public_id)
    return {
        "exam_title": _title(sheet),
        "kind_label": _("不计成绩"),
        "attempt": public_id,
        "person_key": f"p{sheet.mock.person_id}",
        "deadline_remaining_s": seconds_left(sheet.mock, now),
        "deadline_label": _("%(t)s 截止", t=moment_label(sheet.mock.due_at)),
        "answers_url": url_for("mocks.answers", public_id=public_id),
        "submit_url": url_for("mocks.submit", public_id=public_id),
        "sign_in_url": url_for("sign_in.form", next=place),
        "unwatched": True,
        "rule_note": "",
        "announced": 0,
        "announcements": [],
        "max_seq": sheet.max_seq,
        "questions": [_question(each) for each in sheet.places],
    }


def _title(sheet: MockSheet) -> str:
    return _("模拟考：%(t)s", t=sheet.exam.title)


def _question(place: MockPlace) -> dict[str, Any]:
    answer = place.answer
    contents = {o["id"]: o["content"] for o in place.asked.version.options}
    return {
        "ordinal": place.ordinal,
        "type": place.type,
        "type_label": label(QuestionType, place.type),
        "marks_label": _("%(m)s 分", m=marks_label(place.marks)),
        "section": place.section,
        "passage": place.asked.passage,
        "stem": place.asked.version.stem,
        "options": [
            {"id": each, "letter": letter_of(n), "content": contents[each]}
            for n, each in enumerate(place.option_order)
        ],
        "blanks": place.shape.blanks,
        "response": answer.response if answer else None,
        "flagged": bool(answer and answer.flagged),
        "seq": answer.seq if answer else 0,
    }


def posted_answers(sheet: MockSheet, new_id: Callable[[], str]) -> list[AnswerEvent]:
    """The form's fields as answers newer than what is held; a question that was not posted is left out."""
    seq = sheet.max_seq + 1
    found = [(each, _posted(each)) for each in sheet.places]
    return [
        AnswerEvent(new_id(), seq, each.ordinal, response, f"f{each.ordinal}" in request.form)
        for each, response in found
        if response is not None
    ]


def _posted(place: MockPlace) -> dict[str, Any] | None:
    form, name = request.form, f"q{place.ordinal}"
    if place.type is QuestionType.SHORT_ANSWER:
        return {"text": form[name]} if name in form else None
    if place.type is QuestionType.FILL_BLANK:
        names = [f"{name}.b{n}" for n in range(1, place.shape.blanks + 1)]
        return {"blanks": [form.get(each, "") for each in names]}
    return {"options": form.getlist(name)}


def confirm_values(sheet: MockSheet) -> dict[str, Any]:
    """What exams/attempts/confirm.html wants."""
    public_id = sheet.mock.public_id
    answered = [each for each in sheet.places if each.answer and each.answer.response is not None]
    empty = len(sheet.places) - len(answered)
    return {
        "exam_title": _title(sheet),
        "sentence": _("已答 %(n)s / %(m)s 题。", n=len(answered), m=len(sheet.places)),
        "empty_label": _("还有 %(n)s 题未答。", n=empty) if empty else None,
        "flagged_label": None,
        "submit_url": url_for("mocks.submit", public_id=public_id),
        "back_url": url_for("mocks.paper", public_id=public_id),
    }


_MISSED = (AnswerOutcome.WRONG, AnswerOutcome.PARTIAL)


def result_values(found: MockResult) -> dict[str, Any]:
    """What practice/mock/result.html wants: what was not right first, what was left empty last."""
    exam, places = found.sheet.exam, found.sheet.places
    judged = [_judged(each, each.feedback) for each in found.outcomes if each.feedback]
    questions = with_laws(judged)
    missed = [each for each in questions if each["outcome"] in _MISSED]
    paper = sum(each.marks for each in places)
    note = None
    if len(places) < found.sheet.mock.wanted:
        note = _(
            "可练的题不够整份试卷：考试有 %(n)s 题，这次练了 %(m)s 题。",
            n=found.sheet.mock.wanted,
            m=len(places),
        )
    return {
        "title": _title(found.sheet),
        "awarded": marks_label(found.score.awarded),
        "full": marks_label(found.score.full),
        "judged": found.score.full > 0,
        "pass_label": _("考试的合格线 %(m)s 分", m=marks_label(exam.pass_mark))
        if found.score.full == paper and not note
        else None,
        "unjudged": _("另有 %(n)s 题不计：简答题请对照参考答案。", n=found.score.unjudged)
        if found.score.unjudged
        else None,
        "note": note,
        "missed": missed,
        "others": [each for each in questions if each["outcome"] not in _MISSED],
        "withheld": sum(1 for each in found.outcomes if each.withheld),
        "empty": [
            _empty(each) for each in found.outcomes if not each.feedback and not each.withheld
        ],
    }


def _judged(each: PlaceOutcome, feedback: PracticeFeedback) -> dict[str, Any]:
    outcome = _outcome(each)
    return answered_face(feedback) | {
        "ordinal": each.place.ordinal,
        "outcome": outcome,
        "outcome_label": label(AnswerOutcome, outcome),
        "marks_label": _marks(each),
        "void": void_sentence(feedback.revision.ruling),
    }


def _outcome(each: PlaceOutcome) -> AnswerOutcome:
    if each.awarded is None:
        short = each.place.type is QuestionType.SHORT_ANSWER
        return AnswerOutcome.HIDDEN if short else AnswerOutcome.VOID
    if each.awarded == each.place.marks:
        return AnswerOutcome.RIGHT
    return AnswerOutcome.PARTIAL if each.awarded else AnswerOutcome.WRONG


def _marks(each: PlaceOutcome) -> str:
    full = marks_label(each.place.marks)
    if each.awarded is None:
        return _("%(m)s 分", m=full)
    return _("%(a)s / %(m)s 分", a=marks_label(each.awarded), m=full)


def _empty(each: PlaceOutcome) -> dict[str, Any]:
    return {
        "title": _("第 %(n)s 题", n=each.place.ordinal),
        "meta": label(QuestionType, each.place.type),
        "url": url_for("practice.question", version_id=each.place.asked.version.id),
    }
