"""题库: banks, their questions, and imports staged, looked at, and confirmed or cancelled."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from learnapp.db.bank import Bank, ImportJob, ImportRow
from learnapp.domain.errors import RuleBroken
from learnapp.domain.permissions import Permission
from learnapp.services import bank as service
from learnapp.services import imports, roster
from learnapp.services.imports import ImportKind
from learnapp.web import request as req
from learnapp.web import uploads
from learnapp.web.language import is_english, moment_label
from learnapp.web.paging import SIZE, asked_page, pager
from learnapp.web.problems import problem
from learnapp.web.rules import may, own_transactions
from learnapp.web.words import word
from question_bank.formats import Refused, read
from question_bank.messages import message
from question_bank.model import LETTERS

blueprint = Blueprint("bank", __name__)
_MOST_NOTES = 20
_KINDS = (
    *("docx", "xlsx", "xls", "txt", "md", "csv", "tsv", "yaml", "gift", "aiken", "xml", "zip"),
    *("doc", "wps", "et", "rtf", "odt", "html", "htm"),
)


class BankForm(FlaskForm):  # type: ignore[misc]
    """A new bank."""

    name = StringField(_("题库名称"), [DataRequired(_("请填名称"))])
    unit = SelectField(_("所属单位"), coerce=int)
    classification = SelectField(_("密级"), choices=[("public", _("公开")), ("internal", _("内部"))])


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file of questions."""

    file = FileField(_("题目文件"))


def _with_units(form: BankForm) -> BankForm:
    units = roster.reachable_units(req.session(), req.actor(), req.now(), Permission.BANK_IMPORT)
    form.unit.choices = [(unit.id, "　" * depth + unit.name) for unit, depth in units]
    return form


def _may_import() -> bool:
    return req.actor().may(Permission.BANK_IMPORT)


def _list(form: BankForm) -> str:
    session, actor, now = req.session(), req.actor(), req.now()
    banks = [
        {
            "name": bank.name,
            "count": gettext("%(n)s 题", n=count),
            "meta": word(bank.classification),
            "url": url_for("bank.show", bank_id=bank.id),
        }
        for bank, count in service.banks_in_reach(session, actor, now)
    ]
    jobs = [
        {
            "name": imports.file_of(session, job).name,
            "at": moment_label(job.created_at),
            "url": url_for("bank.preview", job=job.public_id),
        }
        for job in imports.open_jobs(session, actor, now, ImportKind.QUESTIONS)
    ]
    return render_template(
        "bank/index.html", banks=banks, jobs=jobs, form=_with_units(form), may_import=_may_import()
    )


@blueprint.get("/banks")
@may(Permission.BANK_READ)
def index() -> str:
    """The banks, imports begun and left, and the form for a new bank."""
    return _list(BankForm())


@blueprint.post("/banks")
@may(Permission.BANK_IMPORT)
def create() -> str | Response | tuple[str, int]:
    """Make a bank."""
    form = _with_units(BankForm())
    if not form.validate_on_submit():
        return _list(form), 422
    made = service.add_bank(
        req.session(),
        req.actor(),
        req.now(),
        form.unit.data,
        form.name.data,
        form.classification.data,
    )
    return redirect(url_for("bank.show", bank_id=made.id), 303)


@blueprint.get("/banks/<int:bank_id>")
@may(Permission.BANK_READ)
def show(bank_id: int) -> str:
    """A bank's questions, by type and words, and the way in for a file."""
    return _show(bank_id, UploadForm())


def _show(bank_id: int, form: UploadForm) -> str:
    bank = service.bank_in_reach(
        req.session(), req.actor(), req.now(), bank_id, Permission.BANK_READ
    )
    page = asked_page()
    type_, search = request.args.get("type", ""), request.args.get("q", "").strip()
    found, total = service.questions_of(req.session(), bank, type_ or None, search, page, SIZE)
    rows = [{"type": word(v.type), "stem": v.stem, "source": v.source} for v in found]
    at = {"bank_id": bank_id, "type": type_, "q": search}
    return render_template(
        "bank/show.html",
        bank_id=bank_id,
        name=bank.name,
        rows=rows,
        total=total,
        form=form,
        may_import=_may_import(),
        search=search,
        types=[
            {"code": code, "label": word(code or "all"), "current": code == type_}
            for code in ("", "single", "multiple", "true_false", "fill_blank", "short_answer")
        ],
        page=pager("bank.show", page, total, **at),
    )


def _said(code: str, params: dict[str, Any]) -> str:
    return message(code, params, "en" if is_english() else "zh")


def _refused(bank_id: int, form: UploadForm, text: str) -> tuple[str, int]:
    form.file.errors = [text]
    with req.reading_page():
        return _show(bank_id, form), 422


@blueprint.post("/banks/<int:bank_id>/import")
@own_transactions
@may(Permission.BANK_IMPORT)
def upload(bank_id: int) -> str | Response | tuple[str, int]:
    """Read a file outside any transaction, then stage what it holds."""
    form = UploadForm()
    with req.reading() as session:
        service.bank_in_reach(session, req.actor(), req.now(), bank_id, Permission.BANK_IMPORT)
    try:
        data, name = uploads.taken(form.file.data, _KINDS)
        found = read(data, name)
    except RuleBroken as broken:
        return _refused(bank_id, form, problem(broken.code, **broken.params))
    except Refused as refused:
        return _refused(bank_id, form, _said(refused.code, refused.params))
    with req.writing() as session:
        bank = session.get_one(Bank, bank_id)
        file = uploads.kept(session, req.actor(), req.now(), bank.owner_unit_id, data, name)
        job = service.stage_questions(session, req.actor(), req.now(), bank, file, found)
        public_id = job.public_id
    return redirect(url_for("bank.preview", job=public_id), 303)


@blueprint.get("/banks/import/<job>")
@may(Permission.BANK_IMPORT)
def preview(job: str) -> str:
    """What was found: counts, doubts, and each record where it stood."""
    session = req.session()
    found = imports.job_in_reach(session, req.actor(), req.now(), job, ImportKind.QUESTIONS)
    outcome = request.args.get("outcome", "")
    page = asked_page()
    total = found.counts.get(outcome, 0) if outcome else sum(_outcomes(found).values())
    at = {"job": job, "outcome": outcome}
    return render_template(
        "bank/preview.html",
        job=job,
        bank=session.get_one(Bank, found.bank_id).name,
        file=imports.file_of(session, found).name,
        open=found.state == "staged",
        state=word(found.state),
        outcomes=[
            {"code": code, "label": word(code or "all"), "count": count, "current": code == outcome}
            for code, count in _outcomes(found).items()
        ],
        notes=[_noted(note) for note in found.notes[:_MOST_NOTES]],
        more_notes=max(0, len(found.notes) - _MOST_NOTES),
        take=imports.taken_count(session, found),
        here=page,
        shown=outcome,
        rows=[_row(row) for row in imports.rows_of(session, found, outcome or None, page, SIZE)],
        page=pager("bank.preview", page, total, **at),
    )


def _outcomes(job: ImportJob) -> dict[str, int]:
    return {code: job.counts.get(code, 0) for code in ("ready", "to_confirm", "not_understood")}


def _row(row: ImportRow) -> dict[str, Any]:
    record = row.record if isinstance(row.record, dict) else {}
    key = record.get("key") or {}
    options = record.get("options") or []
    right = set(key.get("options", []))
    return {
        "ordinal": row.ordinal,
        "where": _where(row.place or {}),
        "type": word(str(record.get("type") or "")),
        "stem": record.get("stem") or [],
        "raw": row.raw[:400] if not record else "",
        "options": [
            {"letter": letter, "content": o["content"], "right": o["id"] in right}
            for letter, o in zip(LETTERS, options, strict=False)
        ],
        "answer": key.get("text") or "；".join("/".join(b) for b in key.get("blanks", [])),
        "outcome": word(row.outcome),
        "reasons": [_said(r["code"], r["params"]) for r in row.reasons],
        "take": row.decision == "take",
        "whole": row.outcome == "to_confirm" and "said" not in record,
    }


def _where(place: dict[str, Any]) -> str:
    if place.get("sheet") and place.get("row"):
        return gettext("%(s)s 第 %(r)s 行", s=place["sheet"], r=place["row"])
    return " ".join(str(place[part]) for part in ("sheet", "row", "paragraph") if place.get(part))


def _noted(note: dict[str, Any]) -> str:
    """A note about the file, with its place."""
    return f"{_where(note['place'])} {_said(note['code'], note['params'])}".strip()


@blueprint.post("/banks/import/<job>/rows/<int:ordinal>")
@may(Permission.BANK_IMPORT)
def decide(job: str, ordinal: int) -> Response:
    """Take or leave one doubtful record."""
    take = request.form.get("take") == "1"
    service.decide(req.session(), req.actor(), req.now(), job, ordinal, take)
    at = {"outcome": request.args.get("outcome", "to_confirm"), "page": asked_page()}
    return redirect(url_for("bank.preview", job=job, **at, _anchor=f"r{ordinal}"), 303)


@blueprint.post("/banks/import/<job>/confirm")
@may(Permission.BANK_IMPORT)
def confirm(job: str) -> Response:
    """Put the taken records into the bank, all in one transaction."""
    found = imports.job_in_reach(req.session(), req.actor(), req.now(), job, ImportKind.QUESTIONS)
    bank_id = found.bank_id
    added = service.confirm_questions(req.session(), req.actor(), req.now(), job)
    flash(gettext("已导入 %(n)s 题。", n=added), "good")
    return redirect(url_for("bank.show", bank_id=bank_id), 303)


@blueprint.post("/banks/import/<job>/cancel")
@may(Permission.BANK_IMPORT)
def cancel(job: str) -> Response:
    """Give the import up; nothing was put into the bank."""
    imports.cancel(req.session(), req.actor(), req.now(), job, ImportKind.QUESTIONS)
    flash(gettext("导入已取消，题库没有变动。"), "info")
    return redirect(url_for("bank.index"), 303)
