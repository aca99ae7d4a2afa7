"""An action in two steps: its form, then what it will change for whom, with the button that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext
from flask_wtf import FlaskForm

from learnapp.domain.core.errors import Conflict, DomainError, RuleBroken
from learnapp.services.people import previews
from learnapp.services.people.previews import StageChange, StagePosition
from learnapp.web.core import request_context as req
from learnapp.web.core.wording import problem

_NOT_CARRIED = {"csrf_token", "once", "do"}
Refused = (RuleBroken, Conflict)


@dataclass(frozen=True)
class Page:
    """What both steps say: the title, whom it is about, the button, the way back."""

    title: str
    about: str
    button: str
    back_url: str
    hints: Sequence[str] = ()


def asked() -> str:
    """Which step is asked for: form, edit, preview or confirm."""
    return request.form.get("do", "preview") if request.method == "POST" else "form"


def form_page(page: Page, form: FlaskForm, status: int = 200) -> tuple[str, int]:
    """The form, with what was typed."""
    return render_template("people/action_form.html", page=page, form=form), status


def preview_page(
    page: Page,
    person_id: int,
    facts: Sequence[tuple[str, str]],
    action: Callable[[], object],
    tells: Sequence[str] = (),
) -> str:
    """What the action would change, by doing and undoing it. Raises what the action raises."""
    changes = previews.what_changes(req.caller(), person_id, action)
    return render_template(
        "people/action_preview.html",
        page=page,
        facts=facts,
        tells=tells,
        changes=[_change(each) for each in changes],
        carried=carried(),
    )


def carried() -> list[tuple[str, str]]:
    """What was filled in, for the form that confirms it."""
    return [item for item in request.form.items(multi=True) if item[0] not in _NOT_CARRIED]


def refused(form: FlaskForm, broken: DomainError) -> None:
    """Say at the field, or above the form, what is wrong."""
    sentence = problem(broken.code, **broken.params)
    field = getattr(form, broken.field, None) if isinstance(broken, RuleBroken) else None
    if field is None:
        form.form_errors = [*form.form_errors, sentence]
    else:
        field.errors = [*field.errors, sentence]


def _change(change: StageChange) -> dict[str, Any]:
    old, new = change.before, change.after
    return {
        "stage": f"{change.programme} · {change.stage}",
        "before": _counted(old),
        "after": _counted(new),
    }


def _counted(counted: StagePosition | None) -> list[str]:
    if counted is None:
        return [gettext("不计入")]
    return [
        counted.unit,
        gettext("应完成 %(o)s 项，已完成 %(d)s 项", o=counted.owed, d=counted.done),
        gettext("到期 %(o)s 项，完成 %(d)s 项", o=counted.due, d=counted.due_done),
        *([gettext("免除 %(n)s 项", n=counted.excused)] if counted.excused else []),
    ]
