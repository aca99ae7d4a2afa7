"""学习材料: texts staged from .docx or Markdown, confirmed, and their check questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from learnapp.db.bank.banks import banks_in_reach
from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.files import imports as import_queries
from learnapp.db.study import readings as reading_queries
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.study.readings import plan_portions
from learnapp.services.bank import banks
from learnapp.services.bank.banks import Search
from learnapp.services.files import staged_imports
from learnapp.services.study import readings
from learnapp.services.study.reading_file import read_text
from learnapp.services.study.reading_text import ReadingText
from learnapp.web.core import request_context as req
from learnapp.web.core import uploads
from learnapp.web.core.access import makes, may, own_transactions, repeatable, takes_files
from learnapp.web.core.html import mark_safe
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import label, lost_text, moment_label, problem
from learnapp.web.people.unit_choice import offer_units
from learnapp.web.study.attachments import beside_reading
from question_bank.content import from_json

blueprint = Blueprint("readings", __name__)
_MOST_CHOICES = 200
_DAYS = 10  # a page of the preview


class ReadingUploadForm(FlaskForm):
    """A text and whose it is."""

    file = MultipleFileField(_("学习材料文件"))
    unit = SelectField(_("所属单位"), coerce=int)


class ReadingForm(FlaskForm):
    """What a reading is called."""

    title = StringField(_("题目"), [DataRequired(_("请填名称")), Length(max=200)])
    source = StringField(_("出处"), [Length(max=lengths.LINE)])
    classification = SelectField(
        _("密级"), choices=select_options([("public", _("公开")), ("internal", _("内部"))])
    )


def _list(form: ReadingUploadForm) -> str:
    caller, session = req.caller(), req.session()
    offer_units(form.unit, Permission.READING_EDIT)
    found = [
        {
            "title": each.version.title,
            "meta": gettext("%(n)s 字", n=each.version.length),
            "count": gettext("%(n)s 天", n=each.portions),
            "url": url_for("readings.show", reading_id=each.reading.id),
        }
        for each in readings.readings_in_reach(caller)
    ]
    jobs = [
        {
            "name": staged_imports.file_of(session, job).name,
            "at": moment_label(job.created_at),
            "state": label(JobState, job.state),
            "url": url_for("readings.preview", job=job.public_id),
        }
        for job in staged_imports.open_jobs(caller, ImportKind.READING)
    ]
    return render_template("study/readings/index.html", readings=found, jobs=jobs, form=form)


@blueprint.get("/readings")
@may(Permission.READING_EDIT)
def index() -> str:
    """The readings, imports begun and left, and the way in for a file."""
    return _list(ReadingUploadForm())


@blueprint.post("/readings/import")
@makes
@takes_files
@own_transactions
@may(Permission.READING_EDIT)
def upload() -> str | Response | tuple[str, int]:
    """Read files outside any transaction, then stage their sections; none where one can't be read."""
    form = ReadingUploadForm()
    unit_id = whole(request.form, "unit") or 0
    uploads.may_keep(Permission.READING_EDIT, unit_id)
    found: list[_ReadText] = []
    for storage in form.file.data or [None]:
        try:
            data, name = uploads.taken(storage, ("docx", "md", "txt"))
            found.append(_ReadText(data, name, read_text(data, name)))
        except RuleBroken as broken:
            form.file.errors = [uploads.of_file(storage, problem(broken.code, **broken.params))]
            with req.reading_page():
                return _list(form), 422
    public_id = _staged(unit_id, found)
    return redirect(url_for("readings.preview", job=public_id), 303)


@dataclass(frozen=True)
class _ReadText:
    """A file with the text that was read of it."""

    data: bytes
    name: str
    text: ReadingText


def _staged(unit_id: int, found: list[_ReadText]) -> str:
    """The files staged; the public id of the first one's import."""
    for each in found:
        for picture in each.text.pictures.values():
            req.files().put(picture.data)
    with req.writing() as session:
        caller = req.caller(session)
        jobs = []
        for each in found:
            file = uploads.store_upload(caller, unit_id, each.data, each.name)
            jobs.append(readings.stage_reading(caller, file, each.text))
        return jobs[0].public_id


@blueprint.get("/readings/import/<job>")
@may(Permission.READING_EDIT)
def preview(job: str) -> str:
    """The text as its reader will see it, by days, and what could not be stored."""
    return _preview(job, None)


def _preview(job: str, form: ReadingForm | None) -> str:
    session = req.session()
    found = staged_imports.job_in_reach(req.caller(session), job, ImportKind.READING)
    records = [row.record for row in import_queries.rows_of(session, found)]
    plans = plan_portions([record["length"] for record in records])
    days = [
        {
            "number": number,
            "length": sum(each["length"] for each in records[plan.first : plan.last + 1]),
            "sections": [
                {"heading": each["heading"], "html": mark_safe(each["html"])}
                for each in records[plan.first : plan.last + 1]
            ],
        }
        for number, plan in enumerate(plans, 1)
    ]
    page = min(asked_page(), max(1, -(-len(days) // _DAYS)))
    form = form or ReadingForm(title=found.settings["title"], source=found.settings["source"])
    return render_template(
        "study/readings/preview.html",
        job=job,
        days=days[(page - 1) * _DAYS : page * _DAYS],
        total=len(days),
        length=sum(record["length"] for record in records),
        lost=[_lost(each) for each in found.notes],
        form=form,
        open=found.state == "staged",
        page=pager("readings.preview", page, len(days), _DAYS, job=job),
    )


def _lost(note: dict[str, Any]) -> dict[str, str]:
    """What was lost, in words, and where."""
    params = note["params"]
    what = lost_text(note["code"], str(params.get("name", "")), int(params.get("count", 1)))
    where = gettext("第 %(n)s 段", n=note["paragraph"]) if note["paragraph"] else gettext("全文")
    return {"what": what, "where": f"{note['section']}　{where}".strip()}


@blueprint.post("/readings/import/<job>/confirm")
@makes
@may(Permission.READING_EDIT)
def confirm(job: str) -> str | Response | tuple[str, int]:
    """Record the reading; of one that was recorded, lead there."""
    caller = req.caller()
    found = staged_imports.job_in_reach(caller, job, ImportKind.READING)
    if known := found.settings.get("reading_id"):
        flash(gettext("这份材料已经导入。"), "info")
        return redirect(url_for("readings.show", reading_id=known), 303)
    form = ReadingForm()
    if not form.validate_on_submit():
        return _preview(job, form), 422
    reading = readings.confirm_reading(
        req.caller(),
        job,
        form.title.data,
        form.source.data or "",
        form.classification.data,
    )
    if (following := staged_imports.next_of_upload(caller, found)) is not None:
        flash(gettext("已导入“%(t)s”。下一份：", t=form.title.data), "good")
        return redirect(url_for("readings.preview", job=following.public_id), 303)
    flash(gettext("已导入。"), "good")
    return redirect(url_for("readings.show", reading_id=reading.id), 303)


@blueprint.post("/readings/import/<job>/cancel")
@repeatable("an import is cancelled once")
@may(Permission.READING_EDIT)
def cancel(job: str) -> Response:
    """Give the import up."""
    staged_imports.cancel(req.caller(), job, ImportKind.READING)
    flash(gettext("导入已取消。"), "info")
    return redirect(url_for("readings.index"), 303)


@blueprint.get("/readings/<int:reading_id>")
@may(Permission.READING_EDIT)
def show(reading_id: int) -> str:
    """Its portions, and each one's check question."""
    return _show(reading_id, whole(request.args, "bank"))


@dataclass(frozen=True)
class _RefusedCheck:
    """A choice that could not be saved: it stays chosen, with what is wrong beside it."""

    ordinal: int
    version_id: int | None
    problem: str


def _show(reading_id: int, bank_id: int | None, refused: _RefusedCheck | None = None) -> str:
    caller, session = req.caller(), req.session()
    _reading, version = readings.reading_in_reach(caller, reading_id)
    stores = [each.bank for each in banks_in_reach(caller)]
    wanted = bank_id or _bank_of_checks(reading_id)
    store = next((each for each in stores if each.id == wanted), stores[0] if stores else None)
    choices = [] if store is None else _choices(store)
    portions = []
    for portion in reading_queries.portions_of(session, reading_id):
        here = refused if refused and refused.ordinal == portion.ordinal else None
        portions.append(
            {
                "ordinal": portion.ordinal,
                "check": here.version_id if here else portion.check_version_id,
                "problem": here.problem if here else None,
                "choices": _with_standing(choices, portion.check_version_id),
            }
        )
    return render_template(
        "study/readings/show.html",
        unused=not reading_queries.is_used(session, reading_id),
        reading_id=reading_id,
        title=version.title,
        length=version.length,
        portions=portions,
        attachments=beside_reading(reading_id),
        bank_id=store.id if store else None,
        banks=[{"id": each.id, "name": each.name, "current": each is store} for each in stores],
    )


def _bank_of_checks(reading_id: int) -> int | None:
    """The bank from which the reading's check questions are so far."""
    for portion in reading_queries.portions_of(req.session(), reading_id):
        if portion.check_version_id is not None:
            return req.session().get_one(QuestionVersion, portion.check_version_id).bank_id
    return None


def _choices(store: Bank) -> list[dict[str, Any]]:
    """The bank's first questions that can be a check: what a save would refuse is not offered."""
    found: list[QuestionVersion] = []
    for type_ in readings.CHECK_TYPES:
        most = _MOST_CHOICES - len(found)
        if most > 0:
            found += banks.questions_of(req.session(), store, Search(type_), 1, most)[0]
    return [
        _choice(each)
        for each in found
        if each.use in ("practice", "both") and each.status == VersionState.PUBLISHED
    ]


def _choice(version: QuestionVersion) -> dict[str, Any]:
    return {"id": version.id, "label": from_json(version.stem).plain[:40]}


def _with_standing(choices: list[dict[str, Any]], version_id: int | None) -> list[dict[str, Any]]:
    """The choices with the portion's own one, so that saving never drops it unasked."""
    if version_id is None or any(each["id"] == version_id for each in choices):
        return choices
    return [_choice(req.session().get_one(QuestionVersion, version_id)), *choices]


@blueprint.post("/readings/<int:reading_id>/portions/<int:ordinal>/check")
@repeatable("sets a value")
@may(Permission.READING_EDIT)
def set_check(reading_id: int, ordinal: int) -> Response | tuple[str, int]:
    """Choose a portion's check question, or none."""
    chosen = whole(request.form, "check") or None
    store = whole(request.form, "bank")
    try:
        readings.set_check(req.caller(), reading_id, ordinal, chosen)
    except RuleBroken as broken:
        refused = _RefusedCheck(ordinal, chosen, problem(broken.code, **broken.params))
        return _show(reading_id, store, refused), 422
    say(gettext("已保存。"), at=f"portion-{ordinal}")
    return redirect(url_for("readings.show", reading_id=reading_id, bank=store), 303)
