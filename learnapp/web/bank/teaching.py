"""Teach the reader a file: pieces marked in a few records, counts before and after, kept under a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.bank import staged_questions
from learnapp.db.bank.models import Bank
from learnapp.db.files.models import ImportJob
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import question_imports
from learnapp.services.bank.question_imports import KIND
from learnapp.services.files import staged_imports, taught_layouts
from learnapp.web.bank.question_labels import shown_options
from learnapp.web.bank.staging import rows_at_once
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions, repeatable
from learnapp.web.core.paging import asked_page
from learnapp.web.core.wording import answer_text, label, library_sentence, problem
from question_bank.formats import BankFile, Declared, Outcome, Record, Refused
from question_bank.formats.recognise.taught_layout import Example
from question_bank.guarded import learned_limited, lines_limited, read_limited
from question_bank.kinds import QuestionType
from question_bank.model import question_to_json

blueprint = Blueprint("teaching", __name__)
_EXAMPLES = 3
_LINES = 60
_SHOWN = 4
_FIELDS = ("number", "stem", "options", "answer", "explanation")


@dataclass(frozen=True)
class _File:
    """The file of an import as its page needs it, apart from any session."""

    job: str
    name: str
    bank: str
    bank_id: int
    unit_id: int
    sha256: str
    size: int
    declared: Declared
    before: dict[str, int]


def _file(job: str) -> _File:
    """The file of an import that can be taught. Raises NotFound, Conflict."""
    with req.reading() as session:
        found: ImportJob = staged_imports.job_in_reach(req.caller(session), job, KIND)
        if not taught_layouts.may_teach(found):
            raise Conflict("import_ended", state=found.state)
        file = staged_imports.file_of(session, found)
        bank = session.get_one(Bank, found.bank_id)
        return _File(
            job,
            file.name,
            bank.name,
            bank.id,
            found.owner_unit_id,
            file.sha256,
            file.size,
            question_imports.declared_of(found.settings),
            staged_questions.counts_by_outcome(session, found.id),
        )


def _page(file: _File, wrong: str = "", tried: dict[str, Any] | None = None) -> str:
    """The page: lines of the file, the examples as they were marked, what a try came to."""
    here = asked_page()
    try:
        source = req.files().get(file.sha256)
        lines, total = lines_limited(source, file.name, (here - 1) * _LINES, _LINES, file.declared)
    except Refused as refused:
        lines, total = [], 0
        wrong = wrong or library_sentence(refused.code, refused.params)
    with req.reading_page():
        kept = taught_layouts.saved(req.caller())
        return render_template(
            "bank/teaching.html",
            file=file,
            lines=lines,
            page_no=here,
            pages=max(1, -(-total // _LINES)),
            examples=[
                {name: request.form.get(f"{name}-{n}", "") for name in _FIELDS}
                for n in range(1, _EXAMPLES + 1)
            ],
            kept=[{"id": each.id, "name": each.name} for each in kept],
            chosen=request.form.get("kept", ""),
            name=request.form.get("name", ""),
            wrong=wrong,
            tried=tried,
        )


@blueprint.get("/banks/import/<job>/teach")
@own_transactions
@may(Permission.BANK_IMPORT)
def show(job: str) -> str:
    """The first lines of the file, to be marked."""
    return _page(_file(job))


@blueprint.post("/banks/import/<job>/teach")
@makes
@own_transactions
@may(Permission.BANK_IMPORT)
def teach(job: str) -> str | Response | tuple[str, int]:
    """Try what was marked on the whole file; read the file so, and keep the layout; or only look on."""
    file = _file(job)
    if request.form.get("do") == "look":
        return _page(file)
    try:
        layout = _layout(file)
        declared = replace(file.declared, layout=layout)
        found = read_limited(req.files().get(file.sha256), file.name, declared=declared)
    except Refused as refused:
        return _page(file, library_sentence(refused.code, refused.params)), 422
    tried = _tried(file, found)
    if request.form.get("do") != "apply":
        return _page(file, tried=tried)
    try:
        _apply(file, layout, found)
    except RuleBroken as broken:
        return _page(file, problem(broken.code, **broken.params), tried), 422
    flash(gettext("已按教会的认法重新读入。"), "good")
    return redirect(url_for("bank_imports.preview", job=job), 303)


def _layout(file: _File) -> dict[str, Any]:
    """The layout that was chosen, or that the marked pieces teach. Raises Refused, NotFound."""
    chosen = request.form.get("kept", "")
    if chosen.isdecimal():
        with req.reading() as session:
            return dict(taught_layouts.layout_of(req.caller(session), int(chosen)))
    source = req.files().get(file.sha256)
    return learned_limited(source, file.name, _examples(), file.declared)


def _examples() -> list[Example]:
    """The examples of the form: options one a line, the rest as it was copied."""
    found = []
    for n in range(1, _EXAMPLES + 1):
        given = {
            name: request.form.get(f"{name}-{n}", "").replace("\r\n", "\n") for name in _FIELDS
        }
        options = tuple(filter(None, map(str.strip, given.pop("options").split("\n"))))
        if given["stem"].strip():
            found.append(Example(options=options, **given))
    return found


def _tried(file: _File, found: BankFile) -> dict[str, Any]:
    """What a try came to: counts before and after by outcome, and the first records."""
    after = {str(outcome): 0 for outcome in Outcome}
    for record in found.records:
        after[str(record.outcome)] += 1
    return {
        "counts": [
            {
                "label": label(Outcome, outcome),
                "before": file.before.get(str(outcome), 0),
                "after": after[str(outcome)],
            }
            for outcome in Outcome
        ],
        "records": [_shown(each) for each in found.records[:_SHOWN]],
    }


def _shown(record: Record) -> dict[str, Any]:
    data = record.draft if record.question is None else question_to_json(record.question)
    shown = data or {}
    return {
        "type": label(QuestionType, record.type) if record.type else gettext("不是试题"),
        "passage": [],
        "stem": shown.get("stem") or [],
        "raw": record.raw,
        "options": shown_options(shown),
        "answer": answer_text(shown),
        "stated": "" if record.question else str(shown.get("said") or ""),
        "explanation": shown.get("explanation") or [],
        "outcome": label(Outcome, record.outcome),
        "code": str(record.outcome),
        "reasons": [library_sentence(each.code, each.params) for each in record.reasons],
    }


def _apply(file: _File, layout: dict[str, Any], found: BankFile) -> None:
    """Read the file so: at once where it is small, else in the background; keep the layout if it has a
    name."""
    rows = rows_at_once(file.bank_id, found)
    name = request.form.get("name", "").strip()
    with req.writing() as session:
        caller = req.caller(session)
        if name and not request.form.get("kept"):
            taught_layouts.keep(caller, file.unit_id, name, layout)
        job = taught_layouts.read_by(caller, file.job, layout)
        if rows is not None:
            question_imports.stage(caller, job, found, rows)


@blueprint.post("/banks/import/<job>/layouts/<int:layout_id>/away")
@repeatable("what is put away stays so")
@may(Permission.BANK_IMPORT)
def put_away(job: str, layout_id: int) -> Response:
    """Offer a kept layout no more."""
    taught_layouts.put_away(req.caller(), layout_id)
    flash(gettext("这种认法已停用。"), "info")
    return redirect(url_for(".show", job=job), 303)
