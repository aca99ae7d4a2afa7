"""题库: banks, their questions, and imports staged, looked at, and confirmed or cancelled."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from learnapp.db.bank import bank_use, listing, question_reports
from learnapp.db.bank.banks import banks_in_reach
from learnapp.db.bank.classification import INTERNAL
from learnapp.db.bank.item_uses import to_look_at
from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.bank.question_values import pictures_of, published_of
from learnapp.db.bank.reach import bank_in_reach
from learnapp.db.exams.open_papers import must_not_be_answering_from, withheld_questions
from learnapp.db.operations import audit_log
from learnapp.domain.bank.versions import Classification, VersionState
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.seen import mark_of
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.bank import banks as banks_service
from learnapp.services.bank import (
    key_exposure,
    questions,
    reviews,
)
from learnapp.services.bank.banks import Beside, Search
from learnapp.services.files import staged_imports, taught_layouts
from learnapp.web.bank.item_statistics import last_counted
from learnapp.web.bank.upload_form import Asked, BankFilesForm, BankUploadForm
from learnapp.web.core import request_context as req
from learnapp.web.core import watermark
from learnapp.web.core.access import makes, may, own_transactions
from learnapp.web.core.downloads import attachment
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import (
    all_label,
    export_form_label,
    label,
    lacking_field_label,
    moment_label,
    problem,
    questions_label,
)
from learnapp.web.people import previewed
from learnapp.web.people.unit_choice import offer_units
from question_bank.formats.office.docx_paper import write_docx
from question_bank.formats.office.xlsx_bank import write_xlsx
from question_bank.formats.packages.stamp import can_bear, stamped
from question_bank.formats.recognise.row_parts import path
from question_bank.formats.writers import WRITERS
from question_bank.kinds import QuestionType
from question_bank.statistics import Concern

blueprint = Blueprint("bank", __name__)


class BankForm(FlaskForm):
    """A new bank."""

    name = StringField(_("题库名称"), [DataRequired(_("请填名称")), Length(max=200)])
    unit = SelectField(_("所属单位"), coerce=int)
    classification = SelectField(
        _("密级"), choices=select_options([("public", _("公开")), ("internal", _("内部"))])
    )


def _with_units(form: BankForm) -> BankForm:
    offer_units(form.unit, Permission.BANK_IMPORT)
    return form


def _may_import() -> bool:
    return req.actor().may(Permission.BANK_IMPORT)


def list_page(form: BankForm | None = None, files: BankFilesForm | None = None) -> str:
    """The banks, imports begun and left, and the forms for new banks."""
    form, files = form or BankForm(formdata=None), files or BankFilesForm(formdata=None)
    offer_units(files.owner, Permission.BANK_IMPORT)
    caller, session = req.caller(), req.session()
    banks = [
        {
            "name": each.bank.name,
            "count": questions_label(each.questions),
            "meta": label(Classification, each.bank.classification),
            "url": url_for("bank.show", bank_id=each.bank.id),
        }
        for each in banks_in_reach(caller)
    ]
    jobs = [
        {
            "name": staged_imports.file_of(session, job).name,
            "at": moment_label(job.created_at),
            "state": label(JobState, job.state),
            "lost": job.state == JobState.REFUSED,
            "url": url_for("bank_imports.preview", job=job.public_id),
        }
        for job in staged_imports.open_jobs(caller, ImportKind.QUESTIONS)
    ]
    return render_template(
        "bank/index.html",
        banks=banks,
        jobs=jobs,
        links=_links(),
        form=_with_units(form),
        files=files,
        may_import=_may_import(),
    )


def _links() -> list[dict[str, Any]]:
    """The ways to what waits: reviews and reports; and to what oneself submitted."""
    caller, actor = req.caller(), req.actor()
    found: list[tuple[str, str, int | str | None]] = []
    if actor.may(Permission.BANK_REVIEW):
        count = reviews.count_waiting(caller)
        found.append((gettext("待审试题"), "reviews.index", count))
    if actor.may(Permission.BANK_EDIT):
        count = question_reports.count_open(caller)
        found.append((gettext("试题反馈"), "reports.report_list", count))
        count = reviews.count_returned(req.session(), actor)
        returned = gettext("有 %(n)s 题退回", n=count) if count else None
        found.append((gettext("我提交的"), "reviews.submitted", returned))
    found.append((gettext("命题任务"), "question_tasks.index", None))
    return [{"label": label, "url": url_for(at), "count": n or None} for label, at, n in found]


@blueprint.get("/banks")
@may(Permission.BANK_READ)
def index() -> str:
    """The banks, imports begun and left, and the form for a new bank."""
    return list_page()


@blueprint.post("/banks")
@makes
@may(Permission.BANK_IMPORT)
def create() -> str | Response | tuple[str, int]:
    """Make a bank."""
    form = _with_units(BankForm())
    if not form.validate_on_submit():
        return list_page(form), 422
    made = banks_service.add_bank(
        req.caller(),
        form.unit.data,
        form.name.data,
        form.classification.data,
    )
    flash(gettext("已新建题库“%(name)s”。", name=made.name), "good")
    return redirect(url_for("bank.show", bank_id=made.id), 303)


@blueprint.get("/banks/<int:bank_id>")
@may(Permission.BANK_READ)
def show(bank_id: int) -> str:
    """A bank's questions, by type and words, and the way in for a file."""
    return show_page(bank_id, BankUploadForm())


def show_page(bank_id: int, form: BankUploadForm, asked: Asked | None = None) -> str:
    """The page of a bank; `asked` is what must be stated about a file that was refused."""
    bank = bank_in_reach(req.caller(), bank_id, Permission.BANK_READ)
    open_to_me = withheld_questions(req.session(), req.actor())
    page = asked_page()
    type_, search = request.args.get("type", ""), request.args.get("q", "").strip()
    found, total = banks_service.questions_of(
        req.session(), bank, Search(type_ or None, search), page, SIZE
    )
    at = {"bank_id": bank_id, "type": type_, "q": search}
    may_edit = req.actor().may(Permission.BANK_EDIT)
    return render_template(
        "bank/show.html",
        bank_id=bank_id,
        name=bank.name,
        rows=[_listed(version, open_to_me) for version in found],
        total=total,
        counted=_counted(total),
        form=form,
        asked=_asked(asked or Asked()),
        layouts=_layouts(),
        may_import=_may_import(),
        may_edit=may_edit,
        empty_bank=not total and bank_use.is_empty(req.session(), bank.id),
        may_plan=req.actor().may(Permission.EXAM_EDIT),
        exports=_exports(bank),
        statistics=last_counted(req.caller(), bank.id) if may_edit else None,
        looked=[
            _listed(item.version, open_to_me)
            | {"concerns": [label(Concern, each) for each in item.figures.concerns]}
            for item in to_look_at(req.session(), bank.id, 20)
        ],
        search=search,
        type=type_,
        types=_types(type_),
        page=pager("bank.show", page, total, **at),
    )


def _asked(asked: Asked) -> dict[str, Any]:
    """What is asked about a file, as the page shows it."""
    return {"marking": asked.marking, "may_state": asked.may_state, "macros": asked.macros}


def _layouts() -> list[tuple[int, str]]:
    """The layouts that an upload may be read by, for who may import."""
    if not _may_import():
        return []
    return [(each.id, each.name) for each in taught_layouts.saved(req.caller())]


def _types(chosen: str) -> list[dict[str, Any]]:
    """The types to filter by, and any."""
    return [
        {
            "code": code,
            "label": label(QuestionType, code) if code else all_label(),
            "current": code == chosen,
        }
        for code in ("", *QuestionType)
    ]


def _counted(total: int) -> str:
    """How many questions a list has; of a long search only that there are many."""
    if total > listing.MOST_COUNTED:
        return gettext("%(n)s 题以上", n=listing.MOST_COUNTED)
    return questions_label(total)


def _listed(version: QuestionVersion, open_to_me: Collection[int]) -> dict[str, Any]:
    """A question as a line of the bank's list: without its key, and without its source where it is
    on an open paper of the reader's."""
    return {
        "type": label(QuestionType, version.type),
        "state": label(VersionState, version.status),
        "stem": version.stem,
        "source": "" if version.question_id in open_to_me else version.source,
        "url": url_for("questions.show", version_id=version.id),
    }


# These have no place for the watermark that an internal bank carries.
_UNMARKED = tuple(form for form in WRITERS if not can_bear(form))
_EXPORTS = ("xlsx", "docx", "gift", "xml", "zip", "aiken", "yaml")


def _exports(bank: Bank) -> list[dict[str, str]]:
    """The formats that a bank can be taken out in, with what each cannot carry."""
    if not req.actor().may(Permission.BANK_EXPORT):
        return []
    return [
        {
            "label": export_form_label(form),
            "url": url_for("bank.export", bank_id=bank.id, form=form),
            "lacks": _lacks(form),
        }
        for form in (*_EXPORTS, "paper")
        if bank.classification != INTERNAL or form not in _UNMARKED
    ]


def _lacks(form: str) -> str:
    lost = sorted(WRITERS[form].lacks) if form in WRITERS else []
    names = gettext("、").join(lacking_field_label(each) for each in lost)
    return gettext("不含%(names)s", names=names) if names else ""


@blueprint.get("/banks/<int:bank_id>/export/<form>")
@own_transactions
@may(Permission.BANK_EXPORT)
def export(bank_id: int, form: str) -> Response:
    """The published questions as a file; anyone who takes a key out has seen it."""
    if form not in (*_EXPORTS, "paper"):
        raise NotFound("format_unknown")
    mark = ""
    with req.reading() as session:
        bank = bank_in_reach(req.caller(session), bank_id, Permission.BANK_EXPORT)
        if form != "paper":
            must_not_be_answering_from(session, req.actor(), bank_id)
        if bank.classification == INTERNAL:
            mark = watermark.line(session)
            if form in _UNMARKED:
                raise NotFound("format_unknown")
        name = bank.name
        found = published_of(session, bank)
        pictures = pictures_of(session, bank)
    if form != "paper":
        with req.writing() as session:
            caller = req.caller(session)
            key_exposure.record_key_exposure(caller, [version for version, _ in found])
            audit_log.record(caller, "bank.exported", ("bank", bank_id), form=form)
    files = {sha256: req.files().get(sha256) for sha256 in pictures}
    taken = [question for _, question in found]
    if form == "paper":
        data, ending = write_docx(taken, files, name, key=False), "docx"
    else:
        data, ending = WRITERS[form].write(taken, files), form
    if mark:
        data = stamped(data, ending, mark)
    return attachment(data, f"{name}.{ending}")


@blueprint.get("/banks/template.xlsx")
@may(Permission.BANK_IMPORT)
def template() -> Response:
    """The workbook to fill in: the same that an export gives, without questions."""
    return attachment(write_xlsx([]), "question-bank-template.xlsx")


@blueprint.post("/banks/<int:bank_id>/law")
@makes
@may(Permission.BANK_EDIT)
def amend_law(bank_id: int) -> Response:
    """A cited law was amended: its questions wait for review."""
    law, comment = request.form.get("law", ""), request.form.get("comment", "")
    count = questions.amend_law(req.caller(), bank_id, law, comment)
    say(gettext("%(n)s 题停止出题，等待复核。", n=count), at="upkeep")
    return redirect(url_for("bank.show", bank_id=bank_id), 303)


@blueprint.post("/banks/<int:bank_id>/change")
@makes
@may(Permission.BANK_EDIT)
def change(bank_id: int) -> Response | str | tuple[str, int]:
    """Change category, difficulty or use of all that the search shows, once it was counted."""
    caller = req.caller()
    bank = bank_in_reach(caller, bank_id, Permission.BANK_EDIT)
    type_, search = request.args.get("type", ""), request.args.get("q", "").strip()
    level, category = request.form.get("difficulty", ""), request.form.get("category", "").strip()
    use = request.form.get("use", "")
    beside = Beside(
        path(category) if category else None,
        int(level) if level in ("1", "2", "3", "4", "5") else None,
        use if use in _USES else None,
    )
    back = url_for("bank.show", bank_id=bank_id, type=type_, q=search)
    if previewed.asked() == "edit":
        return redirect(back, 303)
    sought = Search(type_ or None, search)
    if previewed.asked() != "confirm" and beside != Beside():
        return _change_page(bank, sought, beside, back)
    try:
        count = banks_service.change_all(caller, bank, sought, beside, request.form.get("seen", ""))
    except RuleBroken as broken:
        if broken.field != "seen":
            raise
        wrong = problem(broken.code, **broken.params)
        return _change_page(bank, sought, beside, back, wrong), 422
    say(gettext("改动了 %(n)s 题。", n=count), at="list")
    return redirect(back, 303)


def _change_page(bank: Bank, sought: Search, beside: Beside, back: str, wrong: str = "") -> str:
    """How many questions would get what, and that nothing takes it back."""
    ids = banks_service.found_by(req.session(), bank, sought)
    facts = [(gettext("题目"), gettext("%(n)s 题", n=len(ids)))]
    if beside.category is not None:
        facts.append((gettext("章节"), " / ".join(beside.category)))
    if beside.difficulty is not None:
        facts.append((gettext("难度"), str(beside.difficulty)))
    if beside.use is not None:
        facts.append((gettext("用途"), str(_USES[beside.use])))
    carried = [each for each in previewed.carried() if each[0] != "seen"]
    kept = gettext("原来的值不另留，改错了要再改回去；按章节组卷的方案会受影响。")
    return render_template(
        "people/action_preview.html",
        page=previewed.Page(gettext("一起改"), bank.name, gettext("确认，一起改"), back),
        facts=facts,
        changes=[],
        unchanged=True,
        tells=[*([wrong] if wrong else []), kept],
        carried=[*carried, ("seen", mark_of(ids))],
    )


_USES = {"both": _("练习和考试"), "practice": _("练习"), "exam": _("考试")}
