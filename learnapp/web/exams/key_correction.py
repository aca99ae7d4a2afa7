"""A question put right: another key, a further answer, or void; first what changes, then one decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length

from learnapp.db.bank.reach import Version
from learnapp.db.people.login_names import logins_of
from learnapp.domain.core.errors import Forbidden, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.rulings import Correction, Tally
from learnapp.services.exams import key_correction
from learnapp.services.exams.key_correction import CorrectionInput, Decision
from learnapp.services.exams.regrading import MarkChange, RegradePreview
from learnapp.web.bank.questions import content_of, reach, sees_key
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import lazy_label, marks_label, problem
from question_bank.editing import to_fields

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
    source = StringField(_("来源"), [Length(max=400)])
    base = HiddenField()
    reason = StringField(_("理由"), [Length(max=400)])
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


def _form(version: Version) -> CorrectionForm:
    fields = to_fields(version.data)
    form = CorrectionForm(
        data={
            "correction": str(Correction.REPLACE),
            "answer": fields.answer,
            "points": fields.points,
            "explanation": fields.explanation,
            "source": fields.source,
            "base": str(version.key.number),
        }
    )
    if version.row.type == "short_answer":
        form.correction.choices = [
            c for c in form.correction.choices if c.value != Correction.ADMIT
        ]
    return form


@blueprint.get("/questions/<int:version_id>/key")
@own_transactions
@may(Permission.KEY_REVISE)
def key(version_id: int) -> str:
    """The key as it is, to be put right."""
    with req.writing() as session:
        sees_key(session, version_id, Permission.KEY_REVISE)
        if key_correction.concerns_oneself(session, req.actor(), version_id):
            raise Forbidden("own_case")
    with req.reading_page():
        version = reach(version_id, Permission.KEY_REVISE)
        return _page(version, _form(version), None)


@blueprint.post("/questions/<int:version_id>/key")
@makes
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
        found = key_correction.preview(req.caller(), version_id, form.wanted())
        if form.reason.name not in request.form:
            form.keeps.data = True  # not asked yet; an answer that was given stays
    except RuleBroken as broken:
        field = form.reason if broken.field == "comment" else form.answer
        if form.wanted().correction.ruling.voids and field is form.answer:
            field = form.correction
        field.errors = [*field.errors, problem(broken.code, **broken.params)]
        return _page(version, form, None), 422
    return _page(version, form, found)


def _confirmed(version_id: int, form: CorrectionForm) -> Response:
    wanted, decision = form.wanted(), form.decision()
    done = key_correction.revise(req.caller(), version_id, wanted, decision)
    if done is None:
        say(gettext("已经这样改正过了。"), "info", at="deeds")
    elif wanted.correction.ruling.voids:
        say(gettext("此题已作废，%(n)s 份答卷的成绩有变化。", n=len(done.changes)), at="deeds")
    else:
        say(gettext("答案已改正，重判了 %(n)s 份答卷。", n=len(done.changes)), at="deeds")
    return redirect(url_for("questions.show", version_id=version_id), 303)


def _page(version: Version, form: CorrectionForm, found: RegradePreview | None) -> str:
    """The page, with the changes by 50: those for whom passing turns come first."""
    changes = sorted(found.changes, key=lambda each: not (each.loses or each.wins)) if found else []
    pages = max(1, -(-len(changes) // SIZE))
    page = min(max(1, whole(request.form, "page") or 1), pages)
    shown = changes[(page - 1) * SIZE : page * SIZE]
    logins = logins_of(req.session(), {each.place.person_id for each in shown})
    return render_template(
        "bank/key.html",
        q=content_of(version),
        form=form,
        found=found,
        voids=form.correction.data in (Correction.VOID_FULL, Correction.VOID_OUT),
        writes=version.row.type == "short_answer",
        choice=version.row.type in ("single", "multiple", "true_false"),
        changes=[_change(each, logins.get(each.place.person_id, "")) for each in shown],
        page=page,
        pages=pages,
    )


def _change(each: MarkChange, login: str) -> dict[str, Any]:
    full = each.sum_before.full != each.sum_after.full
    before = gettext("待阅") if each.before is None else marks_label(each.before)
    out = each.sum_after.full < each.sum_before.full
    after = gettext("不计分") if out else marks_label(each.after)
    return {
        "person": each.place.person,
        "login": login,
        "exam": each.place.exam.title,
        "marks": f"{before} → {after}",
        "total": f"{_total(each.sum_before, full)} → {_total(each.sum_after, full)}",
        "turn": gettext("由合格变为不合格")
        if each.loses
        else gettext("由不合格变为合格")
        if each.wins
        else "",
    }


def _total(found: Tally, with_full: bool) -> str:
    awarded = marks_label(found.awarded)
    return f"{awarded}/{marks_label(found.full)}" if with_full else awarded
