"""错题本: what I got wrong, what is due for review, and where I am weak; for the reader alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.practice.notebook import Topic
from learnapp.services.practice import free_practice, notebook
from learnapp.services.practice.notebook import Book, EntryState, Holding, NotebookEntry
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in
from learnapp.web.core.input import whole
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import day_label, label, moment_label, shortened
from question_bank.content import from_json
from question_bank.kinds import QuestionType

blueprint = Blueprint("notebook", __name__)

_SHOWN = 60  # characters of a stem in a list


@blueprint.get("/notebook")
@signed_in
def index() -> str:
    """The mistakes, what is due first; ?category= and ?state= narrow them."""
    book = notebook.book(req.own_caller())
    category = request.args.get("category", "")
    asked = request.args.get("state", "")
    state = EntryState(asked) if asked in list(EntryState) else None
    wanted = book.of(category, state)
    page = asked_page()
    return render_template(
        "practice/notebook/index.html",
        sentence=_sentence(book),
        due=len(book.due(category)),
        review_url=url_for("notebook.review", category=category or None),
        held=[holding_label(each) for each in book.holdings],
        topics=[_topic(topic) for topic in book.topics],
        filters=_filters(book, category, state),
        category=category,
        rows=[_row(entry) for entry in wanted[(page - 1) * SIZE : page * SIZE]],
        anything=bool(book.entries),
        page=pager("notebook.index", page, len(wanted), category=category or None, state=state),
    )


def holding_label(each: Holding) -> str:
    """Which exam withholds how many questions, those on anybody's paper, and until when.

    The seconds of grace after the close are left out, so that midnight is the end of its day.
    """
    until = each.until.replace(second=0, microsecond=0)
    return _(
        "“%(exam)s”各人的试卷上共有这里的 %(n)s 题，%(t)s 之后再练。",
        exam=each.title,
        n=each.questions,
        t=moment_label(until),
    )


def _sentence(book: Book) -> str:
    count = {state: len(book.of("", state)) for state in EntryState}
    return _(
        "%(a)s 题到期复习，%(b)s 题以后复习，%(c)s 题已掌握。",
        a=count[EntryState.DUE],
        b=count[EntryState.LATER] + count[EntryState.HELD],
        c=count[EntryState.MASTERED],
    )


def _filters(book: Book, category: str, state: EntryState | None) -> list[dict[str, Any]]:
    names = {
        None: _("未掌握"),
        EntryState.DUE: _("到期"),
        EntryState.LATER: _("以后"),
        EntryState.MASTERED: _("已掌握"),
    }
    return [
        {
            "label": f"{label} {len(book.of(category, code))}",
            "url": url_for("notebook.index", category=category or None, state=code),
            "current": code is state,
        }
        for code, label in names.items()
    ]


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.category.replace("/", " · "),
        "url": url_for("notebook.index", category=topic.category),
        "counts": _("答对 %(n)s / %(m)s", n=topic.right, m=topic.answered),
        "weak": topic.is_weak,
    }


def _row(entry: NotebookEntry) -> dict[str, Any]:
    states = {
        EntryState.DUE: (_("到期"), "due"),
        EntryState.HELD: (_("交卷后再练"), "muted"),
        EntryState.MASTERED: (_("已掌握"), "good"),
    }
    later = (_("%(d)s 复习", d=day_label(entry.due_at)), "muted")
    state, css = states.get(entry.state, later)
    times = _("错 %(n)s 次", n=entry.times)
    parts = [label(QuestionType, entry.type), entry.category or entry.bank, times]
    url = None
    if entry.state is not EntryState.HELD:
        url = url_for("practice.question", version_id=entry.version_id, of="notebook")
    return {
        "title": shortened(from_json(entry.stem).plain, _SHOWN),
        "meta": " · ".join(parts),
        "state": state,
        "css": css,
        "url": url,
    }


@blueprint.get("/notebook/review")
@signed_in
def review() -> Response:
    """To the mistake that is due the longest, or back when none is."""
    category = request.args.get("category", "")
    found = free_practice.next_to_review(req.own_caller(), category)
    if found is None:
        flash(_("到期的都复习完了。"), "good")
        return redirect(url_for("notebook.index", category=category or None))
    target = url_for(
        "practice.question",
        version_id=found,
        of="notebook",
        category=category or None,
        n=(whole(request.args, "n") or 0) + 1,
    )
    return redirect(target)
