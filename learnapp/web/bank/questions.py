"""One question of a bank: what it says, its life and its key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from learnapp.db.bank import current_keys, question_reports, version_history
from learnapp.db.bank.current_keys import KeyInHistory
from learnapp.db.bank.reach import Version, version_in_reach
from learnapp.db.bank.version_history import DoneWithVersion
from learnapp.db.exams.open_papers import must_not_be_answering
from learnapp.domain.bank.versions import (
    NEEDS_COMMENT,
    QuestionUse,
    VersionAction,
    VersionState,
    possible_actions,
)
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.services.bank import item_statistics, key_exposure, questions
from learnapp.services.bank.questions import About
from learnapp.services.exams import key_correction
from learnapp.web.bank.question_form import QuestionForm, show_reasons, values_of
from learnapp.web.bank.question_labels import shown_options
from learnapp.web.bank.question_reports import reported
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import (
    answer_text,
    label,
    lazy_label,
    moment_label,
    person_label,
    problem,
    void_sentence,
    whole_percent_label,
)
from question_bank.editing import to_fields
from question_bank.kinds import QuestionType
from question_bank.model import answers_in
from question_bank.options import letter_of
from question_bank.statistics import Concern

blueprint = Blueprint("questions", __name__)


class EditForm(QuestionForm):
    """A new version: its content and its properties."""

    use = SelectField(
        _("用途"),
        choices=select_options((str(each), lazy_label(QuestionUse, each)) for each in QuestionUse),
    )
    law = StringField(
        _("所依据的法律"), [Length(max=200)], description=_("法律修改时，引用它的题会自动停止出题")
    )
    effective_from = DateField(_("生效日"), [Optional()])
    effective_to = DateField(_("失效日"), [Optional()])
    tags = StringField(_("标签"), description=_("用空格分开"))
    comment = StringField(_("修改说明"), [Length(max=lengths.PARAGRAPH)])

    def about(self) -> About:
        """The properties beside the content."""
        tags = tuple(
            filter(None, (self.tags.data or "").replace("，", " ").replace(",", " ").split())
        )
        return About(
            self.use.data or "both",
            self.law.data or "",
            tags,
            self.effective_from.data,
            self.effective_to.data,
        )


def reach(version_id: int, permission: Permission = Permission.BANK_READ) -> Version:
    """The version within the caller's reach. Raises NotFound."""
    return version_in_reach(req.caller(), version_id, permission)


def sees_key(session: Session, version_id: int, permission: Permission) -> None:
    """Anyone who opens a page with the key has seen it, and that is recorded (命题回避).

    Raises Conflict while the question is on a paper of theirs that is not handed in.
    """
    caller = req.caller(session)
    version = version_in_reach(caller, version_id, permission)
    must_not_be_answering(session, caller.actor, version.row.question_id)
    key_exposure.record_key_exposure(caller, [version_id])


@blueprint.get("/questions/<int:version_id>")
@own_transactions
@may(Permission.BANK_READ)
def show(version_id: int) -> str:
    """The question with its key."""
    with req.writing() as session:
        sees_key(session, version_id, Permission.BANK_READ)
    with req.reading_page():
        return render_template("bank/question.html", **_shown(reach(version_id)))


def _event(done: DoneWithVersion) -> dict[str, str]:
    """What was done with a version, by whom and why."""
    event = done.event
    return {
        "at": moment_label(event.recorded_at),
        "text": f"{gettext('第 %(n)s 版', n=done.number)} · {label(VersionAction, event.action)}",
        "who": person_label(done.name, done.login),
        "comment": event.comment,
    }


def _shown(version: Version) -> dict[str, Any]:
    session, actor, row = req.session(), req.actor(), version.row
    may_edit = actor.may(Permission.BANK_EDIT)
    measured = item_statistics.of_version(session, version)
    return {
        "q": content_of(version),
        "bank_id": version.bank.id,
        "bank": version.bank.name,
        "facts": _facts(version),
        "actions": _actions(version),
        "may_edit": may_edit,
        "may_revise": actor.may(Permission.KEY_REVISE)
        and not key_correction.concerns_oneself(session, actor, row.id),
        "versions": [
            {
                "label": gettext("第 %(n)s 版", n=each.number),
                "state": label(VersionState, each.status),
                "url": url_for(".show", version_id=each.id),
                "current": each.id == row.id,
            }
            for each in version_history.versions_of(session, row.question_id)
        ],
        "history": [_event(each) for each in version_history.history_of(session, row.question_id)],
        "keys": [_key(version, each) for each in current_keys.revisions_of(session, row.id)],
        "figures": _figures(measured, version),
        "reports": [
            reported(each)
            for each in (question_reports.open_reports(req.caller(), row.id) if may_edit else [])
        ],
    }


def content_of(version: Version) -> dict[str, Any]:
    """What a page shows of the question with its key."""
    return {
        "id": version.row.id,
        "type": label(QuestionType, version.row.type),
        "passage": version.data["passage"] or [],
        "stem": version.data["stem"],
        "options": shown_options(version.data),
        "answer": answer_text(version.data),
        "several": len(answers_in(version.data["key"])) > 1,
        "void": void_sentence(version.key.ruling),
        "explanation": version.data["explanation"] or [],
    }


def _facts(version: Version) -> list[tuple[str, str]]:
    row = version.row
    days = [row.effective_from, row.effective_to]
    span = " – ".join(str(day) if day else "…" for day in days) if any(days) else ""
    pairs = [
        (
            gettext("状态"),
            label(VersionState, row.status)
            + (gettext("（欠一次复审）") if row.review_owed else ""),
        ),
        (gettext("用途"), label(QuestionUse, row.use)),
        (gettext("章节"), " / ".join(version.data["category"])),
        (gettext("难度"), str(row.difficulty or "")),
        (gettext("来源"), version.data["source"]),
        (gettext("所依据的法律"), row.law),
        (gettext("有效期"), span),
        (gettext("标签"), gettext("、").join(row.tags or [])),
        (gettext("作者"), person_label(version.author, version.author_login)),
    ]
    return [(label, value) for label, value in pairs if value]


def _actions(version: Version) -> list[dict[str, Any]]:
    """The steps that this version can take now, and this person may."""
    row = version.row
    names = {
        VersionAction.SUBMITTED: gettext("送审"),
        VersionAction.APPROVED: gettext("审核通过"),
        VersionAction.RETURNED: gettext("退回"),
        VersionAction.RELEASED_URGENTLY: gettext("紧急发布（写明批准人，之后补审）"),
        VersionAction.RETIRED: gettext("停用"),
    }
    possible = possible_actions(
        req.actor(), row.recorded_by, VersionState(row.status), row.review_owed
    )
    return [
        {"action": str(each), "label": names[each], "comment": each in NEEDS_COMMENT}
        for each in possible
    ]


def _key(version: Version, found: KeyInHistory) -> dict[str, Any]:
    revision, regrade = found.revision, found.regrade
    return {
        "answer": void_sentence(revision.ruling)
        or answer_text({**version.data, "key": revision.key}),
        "at": moment_label(revision.recorded_at),
        "reason": revision.reason,
        "counts": gettext(
            "涉及 %(used)s 份答卷，改动 %(changed)s 份，失去合格 %(lost)s 份，变为合格 %(won)s 份",
            used=regrade.counts["used"],
            changed=regrade.counts["changed"],
            lost=regrade.counts["passes_lost"],
            won=regrade.counts["passes_won"],
        )
        if regrade
        else "",
    }


def _figures(measured: item_statistics.VersionStatistics, version: Version) -> dict[str, Any]:
    found = measured.found

    def shown(value: float | None) -> str:
        return "—" if value is None else f"{value:.2f}"

    return {
        "uses": found.uses,
        "pairs": [
            (gettext("得分率"), shown(found.facility)),
            (gettext("标准差"), shown(found.standard_deviation)),
            (gettext("区分度"), shown(found.discrimination)),
            (gettext("区分效率"), shown(found.efficiency)),
        ],
        "options": [
            {
                "letter": letter_of(n),
                "count": each.count,
                "share": whole_percent_label(Share(each.count, found.uses)),
            }
            for n, each in enumerate(found.responses.values())
        ],
        "concerns": [label(Concern, each) for each in measured.concerns],
    }


@blueprint.post("/questions/<int:version_id>/do")
@makes
@may(Permission.BANK_READ)
def do(version_id: int) -> Response:
    """One step of the question's life; each step asks for its own right."""
    asked, comment = request.form.get("action", ""), request.form.get("comment", "")
    if asked not in set(VersionAction):
        raise RuleBroken("action", "version_state", state=asked)
    action = VersionAction(asked)
    questions.apply_action(req.caller(), version_id, action, comment)
    say(gettext("已记录：%(action)s。", action=label(VersionAction, action)), at="actions")
    return redirect(url_for(".show", version_id=version_id), 303)


@blueprint.get("/questions/<int:version_id>/edit")
@own_transactions
@may(Permission.BANK_EDIT)
def edit(version_id: int) -> str:
    """The question as a form with its key; saving it writes a new version."""
    with req.writing() as session:
        sees_key(session, version_id, Permission.BANK_EDIT)
    with req.reading_page():
        return _edit_form(version_id)


def _edit_form(version_id: int) -> str:
    version = reach(version_id, Permission.BANK_EDIT)
    row = version.row
    beside = {
        "use": row.use,
        "law": row.law,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "tags": " ".join(row.tags or []),
    }
    form = EditForm(formdata=None, data=values_of(to_fields(version.data)) | beside)
    return _edit_page(version_id, form)


def _edit_page(version_id: int, form: EditForm) -> str:
    letters = [letter_of(n) for n in range(len(form.options))]
    return render_template(
        "bank/question_edit.html", version_id=version_id, form=form, letters=letters
    )


@blueprint.post("/questions/<int:version_id>/edit")
@makes
@may(Permission.BANK_EDIT)
def save(version_id: int) -> str | Response | tuple[str, int]:
    """Write a new version as a draft; what is wrong is shown beside its field."""
    form = EditForm()
    try:
        made, record = questions.edit(
            req.caller(),
            version_id,
            form.fields(),
            form.about(),
            form.comment.data or "",
        )
    except RuleBroken as broken:
        field = getattr(form, broken.field, form.stem)
        field.errors = [*field.errors, problem(broken.code, **broken.params)]
        return _edit_page(version_id, form), 422
    if made is None:
        show_reasons(form, record.reasons)
        return _edit_page(version_id, form), 422
    flash(gettext("新版已存为草稿，送审通过后替换旧版。"), "good")
    return redirect(url_for(".show", version_id=made.id), 303)
