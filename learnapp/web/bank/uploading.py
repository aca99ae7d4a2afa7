"""A file of questions, or a text that was pasted, on its way into a bank: read, then staged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.bank.models import Bank
from learnapp.db.bank.reach import bank_in_reach
from learnapp.domain.bank.versions import Classification
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.markings import LapsedMarking
from learnapp.services.bank import banks, question_imports
from learnapp.services.files import file_reading, lapsed_markings, taught_layouts
from learnapp.services.files.taught_layouts import TEACHABLE
from learnapp.web.bank.banks import list_page, show_page
from learnapp.web.bank.staging import rows_at_once
from learnapp.web.bank.upload_form import Asked, BankFilesForm, BankUploadForm
from learnapp.web.core import request_context as req
from learnapp.web.core import uploads
from learnapp.web.core.access import makes, may, own_transactions, takes_files
from learnapp.web.core.input import whole
from learnapp.web.core.wording import library_sentence, problem
from question_bank.formats import BankFile, Declared, Refused
from question_bank.guarded import read_limited
from question_bank.secrecy import may_lapse

blueprint = Blueprint("bank_uploads", __name__)
_AT_ONCE = 200_000  # bytes; a larger file is read in the background
_FEWEST_LINES = 3
_LONGEST_NAME = 200
_KINDS = (
    *("docx", "xlsx", "xls", "txt", "md", "csv", "tsv", "yaml", "gift", "aiken", "xml", "zip"),
    *("doc", "wps", "et", "rtf", "odt", "html", "htm", "mht", "mhtml", "pdf", "json"),
)


def _refused(
    bank_id: int, form: BankUploadForm, text: str, asked: Asked | None = None
) -> tuple[str, int]:
    pasted = (form.text.data or "").strip() and not form.file.data
    (form.text if pasted else form.file).errors = [text]
    with req.reading_page():
        return show_page(bank_id, form, asked), 422


def _asked(refused: Refused) -> Asked | None:
    """What somebody could state so that the file is read after all; None where nothing helps."""
    marking = str(refused.params.get("marking", ""))
    if refused.code == "secrecy_marking" and may_lapse(marking):
        return Asked(marking, req.actor().may(Permission.MARKING_LAPSE))
    return Asked(macros=True) if refused.code == "macros" else None


@blueprint.post("/banks/<int:bank_id>/import")
@makes
@takes_files
@own_transactions
@may(Permission.BANK_IMPORT)
def upload(bank_id: int) -> str | Response | tuple[str, int]:
    """Take a file, or a text that was pasted; a small one is read at once, outside any transaction."""
    form = BankUploadForm()
    with req.reading() as session:
        bank = bank_in_reach(req.caller(session), bank_id, Permission.BANK_IMPORT)
        if lapsed := "marking" in request.form:
            lapsed_markings.must_state(req.caller(session), bank.owner_unit_id)
    stated = form.stated() if lapsed else None
    if lapsed and stated is None:
        asked = Asked(request.form["marking"], may_state=True)
        return _refused(bank_id, form, gettext("请再选一次文件。"), asked)
    declared = Declared(stated is not None, bool(form.without_macros.data), _layout())
    try:
        data, name = _taken(form)
    except RuleBroken as broken:
        return _refused(bank_id, form, problem(broken.code, **broken.params))
    try:
        found = read_limited(data, name, declared=declared) if len(data) <= _AT_ONCE else None
    except Refused as refused:
        if _worth_teaching(refused):
            return _keep_refused(bank_id, _Read(data, name, declared, None), refused)
        text = library_sentence(refused.code, refused.params)
        return _refused(bank_id, form, text, _asked(refused))
    public_id = _begun(bank_id, _Read(data, name, declared, found), stated)
    return redirect(url_for("bank_imports.preview", job=public_id), 303)


@blueprint.post("/banks/from-files")
@makes
@takes_files
@own_transactions
@may(Permission.BANK_IMPORT)
def bring() -> str | Response | tuple[str, int]:
    """A new bank of each file, called like it; none where one can't be read."""
    form = BankFilesForm()
    unit_id = whole(request.form, "owner") or 0
    uploads.may_keep(Permission.BANK_IMPORT, unit_id)
    found: list[_Read] = []
    for storage in form.files.data or [None]:
        try:
            data, name = uploads.taken(storage, _KINDS)
            read = read_limited(data, name) if len(data) <= _AT_ONCE else None
            found.append(_Read(data, name, Declared(), read))
        except (RuleBroken, Refused) as wrong:
            return _not_brought(form, uploads.of_file(storage, _sentence(wrong)))
    secrecy = Classification.INTERNAL if form.secrecy.data == "internal" else Classification.PUBLIC
    with req.writing() as session:
        caller = req.caller(session)
        names = [each.name.rpartition(".")[0][:_LONGEST_NAME] for each in found]
        made = [banks.add_bank(caller, unit_id, name, secrecy).id for name in names]
    jobs = [_begun(bank_id, each, None) for bank_id, each in zip(made, found, strict=True)]
    return redirect(url_for("bank_imports.preview", job=jobs[0]), 303)


def _sentence(wrong: RuleBroken | Refused) -> str:
    if isinstance(wrong, Refused):
        return library_sentence(wrong.code, wrong.params)
    return problem(wrong.code, **wrong.params)


def _not_brought(form: BankFilesForm, text: str) -> tuple[str, int]:
    form.files.errors = [text]
    with req.reading_page():
        return list_page(files=form), 422


def _layout() -> Any:
    """The kept layout that the file is to be read by; None where it is not known."""
    chosen = request.form.get("kept", "")
    if not chosen.isdecimal():
        return None
    with req.reading() as session:
        return taught_layouts.layout_of(req.caller(session), int(chosen))


def _worth_teaching(refused: Refused) -> bool:
    """Whether a file in which nothing was made out has enough lines to be taught."""
    return refused.code in TEACHABLE and len(refused.params.get("lines", ())) >= _FEWEST_LINES


def _keep_refused(bank_id: int, read: _Read, refused: Refused) -> Response:
    """Keep a file in which nothing was made out: its page says so, and lets it be taught."""
    with req.writing() as session:
        caller, bank = req.caller(session), session.get_one(Bank, bank_id)
        file = uploads.store_upload(caller, bank.owner_unit_id, read.data, read.name)
        job = question_imports.begin(caller, bank, file, read.declared)
        file_reading.refuse(session, caller.now, job.id, refused.code, refused.params)
        public_id = job.public_id
    return redirect(url_for("bank_imports.preview", job=public_id), 303)


@dataclass(frozen=True)
class _Read:
    """An upload: its bytes and name, what was declared about it, what was read of it at once."""

    data: bytes
    name: str
    declared: Declared
    found: BankFile | None


def _begun(bank_id: int, read: _Read, stated: LapsedMarking | None) -> str:
    """The public id of the import of a file, staged where it was read at once."""
    found, declared = read.found, read.declared
    rows = None if found is None else rows_at_once(bank_id, found)
    if found is None:  # its marking is seen when it is read, and stated then
        declared = replace(declared, marking_lapsed=False)
    with req.writing() as session:
        caller, bank = req.caller(session), session.get_one(Bank, bank_id)
        file = uploads.store_upload(caller, bank.owner_unit_id, read.data, read.name)
        job = question_imports.begin(caller, bank, file, declared)
        for note in found.notes if found is not None else ():
            if note.code == "marking_lapsed" and stated is not None:
                lapsed_markings.record(caller, job, str(note.params["marking"]), stated)
        if found is not None and rows is not None:
            question_imports.stage(caller, job, found, rows)
        return job.public_id


def _taken(form: BankUploadForm) -> tuple[bytes, str]:
    pasted = (form.text.data or "").strip()
    if pasted and not form.file.data:
        return pasted.encode(), f"{gettext('粘贴的文字')}.txt"
    return uploads.taken(form.file.data, _KINDS)
