"""练习: choose a category, answer one question at a time, read why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.bank.question_values import why_of
from learnapp.db.practice.answers import ShelfRecall
from learnapp.db.practice.free_practice import PracticeCategory
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.rulings import Ruling
from learnapp.domain.practice.levels import REVIEW, SET, level_of
from learnapp.domain.practice.notebook import Recall
from learnapp.services.accounts import preferences
from learnapp.services.practice import free_practice, notebook, sets
from learnapp.services.practice.free_practice import GivenAnswer, PracticeFeedback, PracticeQuestion
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.wording import (
    any_answer_label,
    day_label,
    key_text,
    label,
    parted,
    problem,
    questions_label,
)
from learnapp.web.practice.notebook import holding_label
from learnapp.web.study.law_places import with_laws
from question_bank.kinds import QuestionType
from question_bank.model import BadResponse, answers_in
from question_bank.options import letter_of

blueprint = Blueprint("practice", __name__)


@blueprint.get("/practice")
@signed_in
def index() -> str:
    """The home of practice: the notebook, then the banks and categories that may be practised, and
    what exams withhold of them."""
    shelves = free_practice.shelves(req.own_caller())
    held = free_practice.holdings(req.own_caller()) if shelves else []
    labels = [holding_label(each) for each in held]
    book = notebook.book(req.own_caller())
    return render_template(
        "practice/free_practice/index.html",
        banks=banks_in_order(shelves, sets.recalls(req.own_caller())),
        held=labels,
        keep=_to_keep(book, shelves),
        book=_book(book),
    )


def _to_keep(book: notebook.Book, shelves: Sequence[PracticeCategory]) -> list[str]:
    """The pages that a phone keeps for when there is no network: practice, and what comes next in it."""
    found = [url_for(".index")]
    for each in sets.to_keep(req.own_caller(), book, shelves):
        place: dict[str, Any] = (
            {"of": "notebook"} if each.bank_id is None else {"bank": each.bank_id}
        )
        found.append(url_for(".question", version_id=each.version_id, **place))
    return found


def _book(book: notebook.Book) -> dict[str, Any]:
    """The notebook in a line, with the way to what is due."""
    due, held = len(book.due("")), len(book.of("", notebook.EntryState.HELD))
    later = len(book.of("", notebook.EntryState.LATER)) + held
    return {
        "due": due,
        "meta": _("%(a)s 题到期复习，%(b)s 题以后复习", a=due, b=later)
        if book.entries
        else _("还没有错题"),
        "state": _("%(n)s 题到期", n=due) if due else None,
        "review_url": url_for("notebook.review"),
    }


def banks_in_order(
    shelves: Sequence[PracticeCategory], recalls: Sequence[ShelfRecall] = ()
) -> list[dict[str, Any]]:
    """Each bank as a whole, then its categories, each with its parts; of a bank of which an exam
    withholds all now only the whole, after those in which something can be practised."""
    found: dict[int, dict[str, Any]] = {}
    for shelf in shelves:
        bank = found.setdefault(shelf.bank_id, {"name": shelf.bank, "rows": {}})
        for path in _levels(shelf.category):
            every, free = bank["rows"].get(path, (0, 0))
            bank["rows"][path] = (every + shelf.questions, free + shelf.free)
    answered: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for each in recalls:
        for path in _levels(each.category):
            how = (each.recall, each.questions)
            answered.setdefault((each.bank_id, path), []).append(how)
    free_first = sorted(found.items(), key=lambda item: not item[1]["rows"][""][1])
    return [
        {"name": bank["name"], "rows": _rows(bank_id, bank["rows"], answered)}
        for bank_id, bank in free_first
    ]


def _levels(category: str) -> list[str]:
    """The whole, then the first two levels of a category."""
    parts = category.split("/") if category else []
    return ["/".join(parts[:level]) for level in range(min(2, len(parts)) + 1)]


_Counts = Mapping[str, tuple[int, int]]  # path -> questions in all, and free
_Answered = Mapping[tuple[int, str], list[tuple[str, int]]]


def _rows(bank_id: int, counts: _Counts, answered: _Answered) -> list[dict[str, Any]]:
    """The whole, then the categories; one that has several parts opens to them."""

    def row(path: str, title: str) -> dict[str, Any]:
        return _row(bank_id, path, counts[path], answered.get((bank_id, path), [])) | {
            "title": title
        }

    rows = [row("", _("全部"))]
    if not counts[""][1]:
        return rows
    for path in (each for each in counts if each and "/" not in each):
        whole = row(path, path)
        below = [each for each in counts if each.startswith(f"{path}/")]
        if len(below) > 1:
            parts = [row(each, each.partition("/")[2]) for each in below]
            whole["parts"] = [whole | {"title": _("本章全部")}, *parts]
        rows.append(whole)
    return rows


def _row(
    bank_id: int, path: str, counts: tuple[int, int], answered: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    every, free = counts
    level = level_of(every, answered)
    at: dict[str, Any] = {"bank": bank_id, "category": path or None}
    return {
        "count": _count(every, free),
        "level": _(
            "掌握 %(a)s · 不牢 %(b)s · 未练 %(c)s", a=level.known, b=level.shaky, c=level.new
        ),
        "url": url_for("practice.following", **at) if free else None,
        "memorise_url": url_for("sets.memorise", **at) if level.known + level.shaky else None,
        "parts": [],
    }


def _count(every: int, free: int) -> str:
    """How many questions there are, and how many of them no exam withholds now."""
    if not free:
        return _("%(n)s，现在都不能练", n=questions_label(every))
    if free < every:
        return _("可练 %(n)s / %(m)s 题", n=free, m=every)
    return questions_label(every)


def _at() -> dict[str, Any]:
    """Where the reader practises: in the notebook, or in a bank; carried by every address."""
    given = {name: request.args.get(name) or None for name in ("of", "bank", "category")}
    number = whole(request.args, "n") or 0
    if number > 0:
        given["n"] = str(min(number, SET))
    return {name: value for name, value in given.items() if value}


def _in_set() -> tuple[int, int] | None:
    """Which question of how many this is; None for one that was opened by itself."""
    at = _at()
    if "n" not in at:
        return None
    return int(at["n"]), REVIEW if at.get("of") == "notebook" else SET


@blueprint.get("/practice/next")
@signed_in
def following() -> Response:
    """To a question of the bank and category, or back when there is none."""
    bank_id = request.args.get("bank", 0, int)
    category = request.args.get("category", "")
    rng = req.randomness().generator()
    found = free_practice.next_to_practise(req.own_caller(), rng, bank_id, category)
    if found is None:
        flash(_("这里没有可练的题，或都在未结束的考试里，考完再练。"), "info")
        return redirect(url_for("practice.index"))
    onward = _at() | {"n": (whole(request.args, "n") or 0) + 1}
    return redirect(url_for("practice.question", version_id=found, **onward))


@blueprint.get("/practice/questions/<int:version_id>")
@signed_in
def question(version_id: int) -> str:
    """One question; the hidden event id makes a second press the same answer."""
    event_id = str(uuid.uuid4())
    asked = free_practice.ask(req.own_caller(), version_id, event_id)
    return _page(asked, event_id)


def _page(
    asked: PracticeQuestion,
    event_id: str,
    given: dict[str, Any] | None = None,
    wrong: str | None = None,
) -> str:
    return render_template(
        "practice/free_practice/question.html",
        q=_face(asked, given or {}),
        event_id=event_id,
        wrong=wrong,
        url=url_for("practice.answer", version_id=asked.version.id, **_at()),
        back=_back(),
        place=_in_set(),
    )


def _back() -> dict[str, str]:
    if request.args.get("of") == "notebook":
        return {"url": url_for("notebook.index"), "label": _("错题本")}
    return {"url": url_for("practice.index"), "label": _("练习")}


def _face(asked: PracticeQuestion, given: dict[str, Any]) -> dict[str, Any]:
    """A question as its page shows it, with what was already given."""
    contents = {o["id"]: o["content"] for o in asked.version.options}
    return {
        "type": asked.version.type,
        "type_label": label(QuestionType, asked.version.type),
        "passage": asked.passage,
        "stem": asked.version.stem,
        "options": [
            {
                "id": each,
                "letter": letter_of(n),
                "content": contents[each],
                "chosen": each in given.get("options", []),
            }
            for n, each in enumerate(asked.option_order)
        ],
        "blanks": given.get("blanks"),
        "text": given.get("text", ""),
    }


def _given(asked: PracticeQuestion) -> dict[str, Any]:
    """The form's fields as a response, the names being those of the test page."""
    form = request.form
    if asked.version.type == "short_answer":
        return {"text": form.get("q1", "")}
    if asked.version.type == "fill_blank":
        return {"blanks": [form.get(f"q1.b{n}", "") for n in range(1, asked.blanks + 1)]}
    return {"options": form.getlist("q1")}


def _event_id() -> str:
    try:
        return str(uuid.UUID(request.form.get("event_id", "")))
    except ValueError:
        return str(uuid.uuid4())


@blueprint.post("/practice/questions/<int:version_id>")
@repeatable("an answer has an id of its own")
@signed_in
def answer(version_id: int) -> str | Response | tuple[str, int]:
    """Judge and keep the answer; a short one is first shown its reference, then judged by its writer."""
    event_id = _event_id()
    asked = free_practice.ask(req.own_caller(), version_id, event_id)
    given = _given(asked)
    own = request.form.get("recall")
    if asked.version.type == "short_answer" and own not in list(Recall):
        return _reference(asked, event_id, given)
    try:
        given_id = free_practice.answer(
            req.own_caller(),
            asked,
            event_id,
            GivenAnswer(given, Recall(own) if own else None, unsure="unsure" in request.form),
        )
    except RuleBroken as broken:
        return _page(asked, event_id, given, problem(broken.code, **broken.params)), 422
    except BadResponse:
        return _page(asked, event_id, given, problem("bad_event")), 422
    if (onward := _onward(given_id)) is not None:
        say(_("答对了。"))
        return redirect(onward, 303)
    return redirect(url_for("practice.feedback", answer_id=given_id, **_at()), 303)


def _onward(answer_id: int) -> str | None:
    """The next question, for who chose to go on by themselves once a single choice was right."""
    if not preferences.goes_on_by_itself(req.session(), req.reader().person_id):
        return None
    found = free_practice.feedback_of(req.own_caller(), answer_id)
    judged_alone = found.asked.version.type in (QuestionType.SINGLE, QuestionType.TRUE_FALSE)
    if not judged_alone or found.answer.recall == Recall.WRONG:
        return None
    return _following()


def _following() -> str | None:
    """Where the next question is asked for; None for one that was opened by itself."""
    at, place = _at(), _in_set()
    if place is not None and place[0] >= place[1]:
        return url_for("sets.done", **at)
    if at.get("of") == "notebook":
        return url_for("notebook.review", category=at.get("category"), n=at.get("n"))
    if not at.get("bank"):
        return None
    return url_for("practice.following", **at)


def _reference(asked: PracticeQuestion, event_id: str, given: dict[str, Any]) -> str:
    key = free_practice.reference_of(req.session(), asked)
    return render_template(
        "practice/free_practice/reference.html",
        q=_face(asked, given),
        event_id=event_id,
        reference=key.get("text", ""),
        points=key.get("points", []),
        url=url_for("practice.answer", version_id=asked.version.id, **_at()),
        back=_back(),
    )


@blueprint.get("/practice/answers/<int:answer_id>")
@signed_in
def feedback(answer_id: int) -> str:
    """What was answered, what is right and why; then the next."""
    found = free_practice.feedback_of(req.own_caller(), answer_id)
    return render_template(
        "practice/free_practice/feedback.html",
        q=with_laws([answered_face(found)])[0],
        recall=found.answer.recall,
        void=Ruling(found.revision.ruling).voids,
        corrected=found.corrected,
        when=_when(found),
        following=_following(),
        place=_in_set(),
        favourite=sets.is_favourite(req.own_caller(), found.answer.question_id),
        favourite_url=url_for("sets.mark", answer_id=answer_id, **_at()),
        back=_back(),
    )


def answered_face(found: PracticeFeedback) -> dict[str, Any]:
    """The answer beside the key; a void question shows none."""
    response, key = found.answer.response or {}, found.revision.key
    void = Ruling(found.revision.ruling).voids
    face = _face(found.asked, response)
    right = set(chain(*answers_in(key)))
    for option in face["options"]:
        option["correct"] = None if void else option["id"] in right
    mine = parted(response["blanks"]) if "blanks" in response else response.get("text", "")
    return face | {
        "mine_text": mine,
        "right_text": None if void else key_text(key),
        "either": None if void else any_answer_label(found.asked.option_order, answers_in(key)),
        **why_of(found.asked.version, found.revision),
    }


def _when(found: PracticeFeedback) -> str | None:
    """When the question comes back, if it is in the notebook."""
    entry = found.asked.entry
    if entry is None:
        return None
    if entry.state == "mastered":
        return _("已掌握，移出错题本。")
    return _("%(d)s 再复习。", d=day_label(entry.due_at))
