"""Pages of a question import: reading, preview, mending in place, confirming, what was left."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from learnapp.db.bank import staged_questions
from learnapp.db.bank.classification import INTERNAL
from learnapp.db.bank.models import Bank
from learnapp.db.bank.staged_questions import RowFilter
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.files.imports import JobState
from learnapp.services.bank import question_entry, question_imports
from learnapp.services.bank.question_imports import KIND
from learnapp.services.files import lapsed_markings, staged_imports, taught_layouts
from learnapp.web.bank.question_form import QuestionForm, show_reasons, values_of
from learnapp.web.bank.question_labels import question_text, shown_options
from learnapp.web.bank.upload_form import StatementForm
from learnapp.web.core import entering, watermark
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.entering import EnteringPage
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import (
    all_label,
    answer_text,
    label,
    lazy_label,
    library_sentence,
    place_label,
)
from question_bank.duplicates import difference
from question_bank.editing import to_fields
from question_bank.formats import Outcome
from question_bank.formats.packages.stamp import can_bear, stamped
from question_bank.formats.recognise.row_parts import path
from question_bank.guarded import annotated_limited
from question_bank.kinds import QuestionType
from question_bank.options import letter_of

blueprint = Blueprint("bank_imports", __name__)
_MOST_NOTES = 200
_OUTCOMES = ("ready", "to_confirm", "not_understood")
_TYPES = [(str(kind), lazy_label(QuestionType, kind)) for kind in QuestionType]


def _filter() -> RowFilter:
    given = {name: request.args.get(name, "") for name in RowFilter.__dataclass_fields__}
    return RowFilter(**given)


def _at(wanted: RowFilter) -> dict[str, Any]:
    """The filter as it is in an address, without what is empty."""
    return {name: value for name, value in vars(wanted).items() if value}


@blueprint.get("/banks/import/<job>")
@may(Permission.BANK_IMPORT)
def preview(job: str) -> str:
    """What was found: counts, doubts, and each record beside the text it came from."""
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, KIND)
    about = _about(found)
    if found.state in (JobState.READING, JobState.REFUSED) or "refused" in found.settings:
        return _reading(found, about)
    if found.state == JobState.ENTERING:
        return _entering(found, about)
    wanted, page = _filter(), asked_page()
    rows, total = staged_questions.rows_of(session, found.id, wanted, page, SIZE)
    twins = question_imports.twins_of(session, rows)
    return render_template(
        "bank/preview.html",
        **about,
        open=found.state == JobState.STAGED,
        came_in=found.counts.get("added") if found.state == JobState.DONE else None,
        broken_off=found.counts["added"] if found.settings.get("broken_off") else None,
        at=_at(wanted),
        wanted=wanted,
        page_no=page,
        counts=_counts(staged_questions.counts_of(session, found.id), wanted, job),
        notes=[_noted(note) for note in found.notes[:_MOST_NOTES]],
        more_notes=max(0, len(found.notes) - _MOST_NOTES),
        rows=[_row(row, twins.get(row.ordinal)) for row in rows],
        total=total,
        page=pager("bank_imports.preview", page, total, job=job, **_at(wanted)),
    )


def _about(found: ImportJob) -> dict[str, Any]:
    session = req.session()
    return {
        "job": found.public_id,
        "bank": session.get_one(Bank, found.bank_id).name,
        "bank_id": found.bank_id,
        "file": staged_imports.file_of(session, found).name,
        "state": label(JobState, found.state),
    }


def _reading(found: ImportJob, about: dict[str, Any], form: StatementForm | None = None) -> str:
    """The page while the file is read, or when it must not be."""
    refused = found.settings.get("refused")
    session = req.session()
    marking = lapsed_markings.refused_marking(found)
    done = sum(staged_questions.counts_of(session, found.id).values())
    total = found.total or 0  # not known before the first part is read
    return render_template(
        "bank/reading.html",
        **about,
        refused=library_sentence(refused["code"], refused["params"]) if refused else None,
        waiting=found.state == JobState.REFUSED,
        marking=marking,
        teachable=taught_layouts.may_teach(found),
        may_state=req.actor().may(Permission.MARKING_LAPSE),
        form=form or StatementForm(),
        done=done,
        total=found.total,
        share=Share(min(done, total), total).of(100) or 0,
    )


@blueprint.post("/banks/import/<job>/lapsed")
@repeatable("a file that is read again is read once")
@may(Permission.MARKING_LAPSE)
def lapsed(job: str) -> Response | tuple[str, int]:
    """State that the marking a file was refused for has lapsed, so that it is read."""
    caller, form = req.caller(), StatementForm()
    if (stated := form.stated()) is None:
        found = staged_imports.job_in_reach(caller, job, KIND)
        return _reading(found, _about(found), form), 422
    lapsed_markings.read_after_all(caller, job, stated)
    return redirect(url_for(".preview", job=job), 303)


def _entering(found: ImportJob, about: dict[str, Any]) -> str:
    """The page while what was confirmed comes into the bank."""
    return entering.page(
        found,
        EnteringPage(
            gettext("导入试题"),
            f"{about['file']} → {about['bank']}",
            url_for("bank.show", bank_id=about["bank_id"]),
            about["bank"],
            url_for(".progress", job=found.public_id),
        ),
    )


def _counts(
    counted: dict[tuple[str, str | None, str, str], int], wanted: RowFilter, job: str
) -> dict[str, Any]:
    """The numbers above the records, each with the address that shows just those."""

    def many(outcome: str = "", kind: str | None = "", decision: str = "", twin: str = "") -> int:
        return sum(
            count
            for (o, k, d, t), count in counted.items()
            if outcome in ("", o) and kind in ("", k) and decision in ("", d) and twin in ("", t)
        )

    def tab(code: str) -> dict[str, Any]:
        at = {**_at(wanted), "outcome": code}
        return {
            "code": code,
            "label": label(Outcome, code) if code else all_label(),
            "count": many(code),
            "current": wanted.outcome == code,
            "url": url_for(".preview", job=job, **{k: v for k, v in at.items() if v}),
        }

    kinds = [(str(kind), label(QuestionType, kind), many(kind=str(kind))) for kind in QuestionType]
    return {
        "tabs": [tab(code) for code in ("", *_OUTCOMES)],
        "types": [each for each in kinds if each[2]],
        "none": many(kind=None),
        "take": many(decision="take"),
        "questions": many() - many(kind=None),
        "same": many(twin="same"),
        "near": many(twin="near"),
    }


def _row(row: ImportRow, twin: Any) -> dict[str, Any]:
    record = row.record if isinstance(row.record, dict) else {}
    whole = question_imports.is_whole(row.record)
    return {
        "ordinal": row.ordinal,
        "where": place_label(row.place or {}),
        "type": label(QuestionType, row.type) if row.type else gettext("不是试题"),
        "passage": record.get("passage") or [],
        "stem": record.get("stem") or [],
        "raw": row.raw,
        "options": shown_options(record),
        "answer": answer_text(record),
        "stated": "" if whole else str(record.get("said") or ""),
        "explanation": record.get("explanation") or [],
        "category": " / ".join(record.get("category") or []),
        "outcome": label(Outcome, row.outcome),
        "code": row.outcome,
        "reasons": [library_sentence(r["code"], r["params"]) for r in row.reasons],
        "take": row.decision == "take",
        "whole": whole,
        "twin": _twin(row, twin, record),
    }


def _twin(row: ImportRow, twin: Any, record: dict[str, Any]) -> dict[str, Any] | None:
    """The question that this one repeats, with the difference between the two."""
    if not row.twin:
        return None
    about = {"same": row.twin["same"], "in_bank": row.twin["in"] == "bank", "of": row.twin["of"]}
    if not about["in_bank"]:
        at: dict[str, Any] = {"page": (about["of"] - 1) // SIZE + 1, "_anchor": f"r{about['of']}"}
        about["url"] = url_for(".preview", job=(request.view_args or {})["job"], **at)
    if not twin:
        return {**about, "pieces": [], "answer": ""}
    mine, other = question_text(record), question_text(twin)
    return {
        **about,
        "pieces": [] if row.twin["same"] else difference(mine, other),
        "answer": answer_text(twin) if row.twin["key_differs"] else "",
    }


def _noted(note: dict[str, Any]) -> str:
    """A note about the file, with its place."""
    return f"{place_label(note['place'])} {library_sentence(note['code'], note['params'])}".strip()


@blueprint.get("/banks/import/<job>/progress")
@may(Permission.BANK_IMPORT)
def progress(job: str) -> dict[str, Any]:
    """How far the reading or the entering is, for the page that waits for it."""
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, KIND)
    if found.state == JobState.ENTERING:
        return entering.progress_of(found)
    done = sum(staged_questions.counts_of(session, found.id).values())
    return {"state": found.state, "done": done, "total": found.total}


def _back(job: str, anchor: str | None = None) -> Response:
    at: dict[str, Any] = {**_at(_filter()), "page": asked_page()}
    return redirect(url_for(".preview", job=job, **at, _anchor=anchor), 303)


@blueprint.post("/banks/import/<job>/rows/<int:ordinal>/decision")
@repeatable("sets a value")
@may(Permission.BANK_IMPORT)
def decide(job: str, ordinal: int) -> Response:
    """Take or leave one record."""
    take = request.form.get("take") == "1"
    question_imports.decide(req.caller(), job, ordinal, take)
    text = gettext("本题将导入。") if take else gettext("本题不导入。")
    say(text, at=f"r{ordinal}")
    return _back(job, f"r{ordinal}")


@blueprint.post("/banks/import/<job>/all")
@repeatable("sets a value")
@may(Permission.BANK_IMPORT)
def decide_all(job: str) -> Response:
    """Take or leave all that the filter shows, or put it under a category."""
    caller, wanted = req.caller(), _filter()
    if request.form.get("do") == "category":
        category = path(request.form.get("category", ""))
        count = question_imports.set_category(caller, job, wanted, category)
    else:
        take = request.form.get("do") == "take"
        count = question_imports.decide_all(caller, job, wanted, take)
    say(ngettext("改动了 %(num)s 条。", "改动了 %(num)s 条。", count), at="all")
    return _back(job)


@blueprint.get("/banks/import/<job>/rows/<int:ordinal>")
@may(Permission.BANK_IMPORT)
def edit(job: str, ordinal: int) -> str:
    """One record as a form, beside the text it came from."""
    row = _editable(job, ordinal)
    repaired = {k: v for reason in row.reasons for k, v in (reason.get("repair") or {}).items()}
    values = {**values_of(to_fields(row.record or {})), **repaired}
    return _form(job, row, QuestionForm(formdata=None, data=values))


def _editable(job: str, ordinal: int) -> ImportRow:
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, KIND)
    return question_imports.row_of(session, found, ordinal)


def _form(job: str, row: ImportRow, form: QuestionForm) -> str:
    return render_template(
        "bank/record.html",
        job=job,
        form=form,
        at={**_at(_filter()), "page": asked_page()},
        ordinal=row.ordinal,
        where=place_label(row.place or {}),
        raw=row.raw,
        letters=[letter_of(n) for n in range(len(form.options))],
        reasons=[library_sentence(r["code"], r["params"]) for r in row.reasons],
    )


@blueprint.post("/banks/import/<job>/rows/<int:ordinal>")
@repeatable("sets a value")
@may(Permission.BANK_IMPORT)
def save(job: str, ordinal: int) -> str | Response | tuple[str, int]:
    """Keep a mended record if it is whole now; else say beside each field what is wrong."""
    form = QuestionForm()
    record = question_imports.amend(req.caller(), job, ordinal, form.fields())
    if record.question is not None and not record.reasons:
        say(gettext("已改好，将随本次导入。"), at=f"r{ordinal}")
        return _back(job, f"r{ordinal}")
    show_reasons(form, record.reasons)
    return _form(job, _editable(job, ordinal), form), 422


@blueprint.get("/banks/import/<job>/left")
@own_transactions
@may(Permission.BANK_IMPORT)
def left(job: str) -> Response:
    """What was not taken, as a file in the format it came in, with what is wrong beside it."""
    with req.reading() as session:
        found = staged_imports.job_in_reach(req.caller(session), job, KIND)
        troubles = question_imports.troubles_of(session, found, language())
        file = staged_imports.file_of(session, found)
        sha256, stem = file.sha256, file.name.rsplit(".", 1)[0]
        form = str(found.settings.get("format", "txt"))
        internal = session.get_one(Bank, found.bank_id).classification == INTERNAL
        mark = watermark.line(session) if internal else ""
    data, ending = annotated_limited(req.files().get(sha256), form, troubles)
    if mark and can_bear(ending):
        data = stamped(data, ending, mark)
    return attachment(data, f"{stem}-{gettext('待确认')}.{ending}")


@blueprint.post("/banks/import/<job>/confirm")
@makes
@may(Permission.BANK_IMPORT)
def confirm(job: str) -> Response:
    """Let the taken records come into the bank; many come in in the background."""
    found = staged_imports.job_in_reach(req.caller(), job, KIND)
    bank_id = found.bank_id
    if found.state == JobState.DONE:
        flash(gettext("这次导入已经完成，没有再改动。"), "info")
        return redirect(url_for("bank.show", bank_id=bank_id), 303)
    to_review = request.form.get("do") == "review"
    if found.state != JobState.ENTERING:
        found = question_entry.confirm(req.caller(), job, to_review)
    if found.state == JobState.ENTERING:
        return redirect(url_for(".preview", job=job), 303)
    added = found.counts["added"]
    text = gettext("已导入 %(n)s 题。", n=added)
    if found.settings["entering"]["to_review"]:
        text = gettext("已导入 %(n)s 题，等待审核。", n=added)
    flash(text, "good")
    if (following := staged_imports.next_of_upload(req.caller(), found)) is not None:
        return redirect(url_for(".preview", job=following.public_id), 303)
    return redirect(url_for("bank.show", bank_id=bank_id), 303)


@blueprint.post("/banks/import/<job>/cancel")
@repeatable("an import is cancelled once")
@may(Permission.BANK_IMPORT)
def cancel(job: str) -> Response:
    """Give the import up; nothing was put into the bank."""
    added = staged_imports.job_in_reach(req.caller(), job, KIND).counts.get("added")
    staged_imports.cancel(req.caller(), job, KIND)
    text = gettext("导入已取消，题库没有变动。")
    if added:  # it was broken off once
        text = gettext("导入已取消，先前导入的 %(n)s 题留在题库。", n=added)
    flash(text, "info")
    return redirect(url_for("bank.index"), 303)
