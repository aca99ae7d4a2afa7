"""A question put right: another key, a further answer, or void; first what changes, then one decision."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length

from learnapp.db.bank.reach import Version
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Forbidden, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.rulings import Correction
from learnapp.domain.operations.background_jobs import ACTIVE, WorkState
from learnapp.services.exams import key_correction
from learnapp.services.exams.key_correction import CorrectionInput, Decision
from learnapp.services.exams.regrading import RegradePreview
from learnapp.web.bank.questions import content_of, reach, sees_key
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions, steps_up
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page
from learnapp.web.core.running import ProgressShown, running_of
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import lazy_label, problem
from learnapp.web.exams.mark_changes import ShownChanges, of_preview, of_stored
from question_bank.editing import to_fields
from question_bank.kinds import CHOICES

blueprint = Blueprint("corrections", __name__)


class CorrectionForm(FlaskForm):
    """What is put right, and the one decision about it."""

    correction = RadioField(
        _("怎样改正"),
        [AnyOf(list(Correction))],
        choices=select_options((str(each), lazy_label(Correction, each)) for each in Correction),
    )
    answer = TextAreaField(_("正确答案"), render_kw={"rows": 2})
    points = TextAreaField(_("要点"), render_kw={"rows": 3})
    explanation = TextAreaField(_("解析"), render_kw={"rows": 4})
    source = StringField(_("来源"), [Length(max=lengths.LINE)])
    base = HiddenField()
    preview = HiddenField()  # the address of the one that was made in the background
    reason = StringField(_("理由"), [Length(max=lengths.LINE)])
    keeps = BooleanField(_("已经合格的仍算合格"), default=True)

    def wanted(self) -> CorrectionInput:
        """What is to be put right, as it was typed."""
        sent = request.form
        return CorrectionInput(
            Correction(self.correction.data),
            self.answer.data or "",
            self.points.data or "",
            self.explanation.data if self.explanation.name in sent else None,
            self.source.data if self.source.name in sent else None,
        )

    def decision(self) -> Decision:
        """The decision about the revision that the page showed."""
        return Decision(self.reason.data or "", bool(self.keeps.data), whole(request.form, "base"))


def _form(version: Version, wanted: CorrectionInput | None = None) -> CorrectionForm:
    """The form with the question as it is, or as it was asked to be."""
    fields = to_fields(version.data)
    data: dict[str, Any] = {
        "correction": str(Correction.REPLACE),
        "answer": fields.answer,
        "points": fields.points,
        "explanation": fields.explanation,
        "source": fields.source,
        "base": str(version.key.number),
    }
    if wanted is not None:
        data |= {name: each for name, each in asdict(wanted).items() if each is not None}
    form = CorrectionForm(data=data)
    if version.row.type == "short_answer":
        form.correction.choices = [
            c for c in form.correction.choices if c.value != Correction.ADMIT
        ]
    return form


@blueprint.get("/questions/<int:version_id>/key")
@own_transactions
@may(Permission.KEY_REVISE)
def key(version_id: int) -> str:
    """The key as it is, to be put right; while a correction reaches the attempts, how far that is."""
    _sees(version_id)
    with req.reading_page():
        version = reach(version_id, Permission.KEY_REVISE)
        return _page(version, _form(version), None)


def _sees(version_id: int) -> None:
    with req.writing() as session:
        sees_key(session, version_id, Permission.KEY_REVISE)
        if key_correction.concerns_oneself(session, req.actor(), version_id):
            raise Forbidden("own_case")


@blueprint.get("/questions/<int:version_id>/key/previews/<job>")
@own_transactions
@may(Permission.KEY_REVISE)
def stored(version_id: int, job: str) -> str:
    """A preview that is made in the background: how far it is, then what would change."""
    _sees(version_id)
    with req.reading_page():
        return _stored_page(version_id, job)


def _stored_page(version_id: int, job: str, form: CorrectionForm | None = None) -> str:
    page = asked_page()
    found = key_correction.stored_preview(req.caller(), version_id, job, (page - 1) * SIZE, SIZE)
    state = WorkState(found.job.state)
    if form is None:
        form = _form(found.version, found.wanted)
        form.base.data, form.preview.data = str(found.job.params["base"]), job
        form.keeps.data = True
    shown = None
    if found.job.result is not None:
        shown = of_stored(found, page, url_for_page=lambda n: _page_url(version_id, job, n))
    elif state is WorkState.FAILED:
        form.correction.errors = [problem(found.job.error or "", **found.job.error_params)]
    running = running_of(found.job) if state in ACTIVE else None
    return _draw(found.version, form, shown, running, _("正在预览"))


def _page_url(version_id: int, job: str, page: int) -> str:
    return url_for("corrections.stored", version_id=version_id, job=job, page=page)


@blueprint.post("/questions/<int:version_id>/key")
@makes
@steps_up
@may(Permission.KEY_REVISE)
def revise(version_id: int) -> str | Response | tuple[str, int]:
    """Put a question right: first who changes and how, then one decision."""
    sees_key(req.session(), version_id, Permission.KEY_REVISE)
    version = reach(version_id, Permission.KEY_REVISE)
    if key_correction.concerns_oneself(req.session(), req.actor(), version_id):
        raise Forbidden("own_case")
    form = _form(version)
    if form.correction.data not in list(Correction):
        form.correction.errors = [problem("correction_needed")]
        return _page(version, form, None), 422
    try:
        if request.form.get("do") == "confirm":
            return _confirmed(version_id, form)
        if not key_correction.is_small(req.session(), version_id):
            job = key_correction.ask_preview(req.caller(), version_id, form.wanted())
            return redirect(f"{_page_url(version_id, job.public_id, 1)}#told", 303)
        found = key_correction.preview(req.caller(), version_id, form.wanted())
        if form.reason.name not in request.form:
            form.keeps.data = True  # not asked yet; an answer that was given stays
    except RuleBroken as broken:
        field = form.reason if broken.field == "comment" else form.answer
        if form.wanted().correction.ruling.voids and field is form.answer:
            field = form.correction
        field.errors = [*field.errors, problem(broken.code, **broken.params)]
        if form.preview.data and field is form.reason:
            return _stored_page(version_id, form.preview.data, form), 422
        return _page(version, form, None), 422
    return _page(version, form, found)


def _confirmed(version_id: int, form: CorrectionForm) -> Response:
    wanted, decision = form.wanted(), form.decision()
    done = key_correction.revise(req.caller(), version_id, wanted, decision)
    if isinstance(done, BackgroundJob):
        return redirect(url_for("corrections.key", version_id=version_id, _anchor="told"), 303)
    if done is None:
        say(gettext("已经这样改正过了。"), "info", at="actions")
    elif wanted.correction.ruling.voids:
        say(gettext("此题已作废，%(n)s 份答卷的成绩有变化。", n=len(done.changes)), at="actions")
    else:
        say(gettext("答案已改正，重判了 %(n)s 份答卷。", n=len(done.changes)), at="actions")
    return redirect(url_for("questions.show", version_id=version_id), 303)


def _page(version: Version, form: CorrectionForm, found: RegradePreview | None) -> str:
    """The page with what would change, if that was looked for in this request."""
    shown = None if found is None else of_preview(found, whole(request.form, "page") or 1)
    job = key_correction.regrade_of(req.session(), version.row.id)
    return _draw(version, form, shown, running_of(job), _("改正已经生效，正在重判答卷"))


def _draw(
    version: Version,
    form: CorrectionForm,
    shown: ShownChanges | None,
    running: ProgressShown | None,
    waits_for: Any,
) -> str:
    return render_template(
        "bank/key.html",
        q=content_of(version),
        form=form,
        found=shown,
        running=running,
        waits_for=waits_for,
        voids=form.correction.data in (Correction.VOID_FULL, Correction.VOID_OUT),
        writes=version.row.type == "short_answer",
        choice=version.row.type in CHOICES,
    )
