"""The test page as a form without JavaScript: what it posts, and how it comes back when not all was stored."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams.attempt_results import AttemptPaper
from learnapp.services.exams.plain_form import Base, PlainAnswer, PlainReceived, base_of
from learnapp.web.core.wording import problem
from question_bank.responses import BLANK_LIMIT, TEXT_LIMIT

Form = MultiDict[str, str]
_BASE = re.compile(r"(\d{1,4}):(\d{1,16}):([0-9a-f-]{8})")


def bases_text(answers: Mapping[int, AnswerEvent]) -> str:
    """What each answer on a page was drawn from, for the page to post back: question, count, event."""
    return " ".join(
        f"{question}:{seq}:{event}"
        for question, (seq, event) in sorted((q, base_of(a)) for q, a in answers.items())
    )


def _bases(form: Form) -> dict[int, Base]:
    found = _BASE.findall(form.get("base", ""))
    return {int(question): (int(seq), event) for question, seq, event in found}


def posted_answers(sheet: AttemptPaper) -> list[PlainAnswer]:
    """The request's fields as answers; a question whose text fields were not posted is left out.

    q3, q3.b1 and f3 are the contents of the form; m3, m3.b1 and mf3 what was typed into an older
    page, which rules where take3 is ticked.
    """
    form, found = request.form, []
    bases = _bases(form)
    for place in sheet.places:
        number = place.ordinal
        taken = f"take{number}" in form
        posted, response = _response(form, place, f"{'m' if taken else 'q'}{number}")
        if posted:
            flagged = f"{'mf' if taken else 'f'}{number}" in form
            event_id = str(uuid.uuid4())
            found.append(PlainAnswer(event_id, number, response, flagged, bases.get(number)))
    return found


def _response(form: Form, place: Any, name: str) -> tuple[bool, dict[str, Any]]:
    """Whether the question was posted at all, and its content."""
    if place.type == "short_answer":
        return name in form, {"text": form.get(name, "")}
    if place.type == "fill_blank":
        names = [f"{name}.b{n}" for n in range(1, place.blanks + 1)]
        return any(each in form for each in names), {"blanks": [form.get(n, "") for n in names]}
    return True, {"options": form.getlist(name)}


def with_troubles(
    values: dict[str, Any], answers: Sequence[PlainAnswer], receipt: PlainReceived
) -> dict[str, Any]:
    """The paper's values once more, with what was typed and not stored, each beside its question."""
    posted = {answer.question: answer for answer in answers}
    questions = []
    for question in values["questions"]:
        number = question["ordinal"]
        if number in receipt.refused:
            question = _refused(question, posted[number], receipt.refused[number])
        elif number in receipt.stale:
            question = _stale(question, posted[number])
        questions.append(question)
    return values | {"questions": questions, "plain_only": True, "troubles": _summary(questions)}


def _refused(question: dict[str, Any], answer: PlainAnswer, code: str) -> dict[str, Any]:
    """Its text is still in the field, to be shortened."""
    limit = BLANK_LIMIT if code == "blank_too_long" else TEXT_LIMIT
    text = problem(code, limit=limit)
    typed = {"response": answer.response, "flagged": answer.flagged}
    return question | typed | {"trouble": {"text": text, "mine": None}}


def _stale(question: dict[str, Any], answer: PlainAnswer) -> dict[str, Any]:
    """The newer answer is in the field, what was typed beside it."""
    text = _("这一题后来在别处改过，较新的作答没有动。您在这一页填的没有保存：")
    response = answer.response or {}
    chosen = [o["letter"] for o in question["options"] if o["id"] in response.get("options", [])]
    mine = {
        "options": response.get("options"),
        "chosen": _("、").join(chosen) or _("未选"),
        "blanks": response.get("blanks"),
        "text": response.get("text"),
        "flagged": answer.flagged,
    }
    return question | {"trouble": {"text": text, "mine": mine}}


def _summary(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"href": f"#q{q['ordinal']}", "label": _("第 %(n)s 题", n=q["ordinal"])}
        for q in questions
        if q.get("trouble")
    ]


def as_typed(values: dict[str, Any], answers: Sequence[PlainAnswer]) -> dict[str, Any]:
    """The paper with all that was typed and nothing saved: for a page whose form token was old.

    What it was drawn from stays what it was, so that saving it still erases nothing newer.
    """
    posted = {answer.question: answer for answer in answers}
    questions = [
        q | {"response": posted[q["ordinal"]].response, "flagged": posted[q["ordinal"]].flagged}
        if q["ordinal"] in posted
        else q
        for q in values["questions"]
    ]
    unsaved = _("重新登录过，刚才的作答还没有保存。内容都在，请再按一次“保存”。")
    if request.form.get("confirmed"):
        unsaved = _("重新登录过，刚才没有交卷。请再按一次“交卷”。")
    again = {"bases": request.form.get("base", ""), "unsaved": unsaved}
    return values | again | {"questions": questions, "plain_only": True}
