"""Wording in the language and on the day of the request: the one place that passes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask_babel import lazy_gettext

from learnapp.domain.core.calendar import local_day
from learnapp.domain.operations.doctor import Finding
from learnapp.domain.progress.changes import Change
from learnapp.web.core import request_context as req
from learnapp.web.core.language import language
from learnapp.wording import (
    audit,
    catalogue,
    chases,
    dates,
    doctor,
    errors,
    export_forms,
    joining,
    labels,
    notices,
    owed,
    progress,
    questions,
    reading_losses,
    reminders,
    reports,
    signals,
)
from learnapp.wording.audit_names import NameSource, RecordedDeed
from learnapp.wording.catalogue import Language
from learnapp.wording.labels import shortened
from learnapp.wording.numbers import marks_label, percent_label, whole_percent_label

__all__ = [
    "advice_text",
    "all_label",
    "answer_text",
    "any_answer_label",
    "backup_fault_text",
    "change_sentence",
    "chase_condition_text",
    "chase_standing_text",
    "checkpoint_label",
    "day_label",
    "either",
    "entry_sentence",
    "evidence_text",
    "export_form_label",
    "finding_text",
    "group_chat_text",
    "group_label",
    "half_sentence",
    "headed",
    "in_a_row",
    "key_text",
    "label",
    "lacking_field_label",
    "lazy_label",
    "lead_label",
    "left_label",
    "level_label",
    "library_sentence",
    "listed",
    "lost_text",
    "marks_label",
    "moment_label",
    "notice_text",
    "outcome_texts",
    "parted",
    "percent_label",
    "person_label",
    "place_label",
    "problem",
    "progress_sentence",
    "questions_label",
    "reminder_text",
    "report_texts",
    "shortened",
    "state_label",
    "void_sentence",
    "whole_percent_label",
    "with_note",
]
P = ParamSpec("P")
R = TypeVar("R")


def _here(write: Callable[Concatenate[Language, P], R]) -> Callable[P, R]:
    """A function of wording without its first argument: the language of the request."""

    def written(*args: P.args, **kwargs: P.kwargs) -> R:
        return write(language(), *args, **kwargs)

    written.__doc__ = write.__doc__
    return written


advice_text = _here(doctor.advice_text)
all_label = _here(labels.all_label)
answer_text = _here(questions.answer_text)
any_answer_label = _here(questions.any_answer_label)
backup_fault_text = _here(doctor.backup_fault_text)
chase_condition_text = _here(chases.condition_text)
chase_standing_text = _here(chases.standing_text)
checkpoint_label = _here(progress.checkpoint_label)
either = _here(questions.either)
evidence_text = _here(signals.evidence_text)
export_form_label = _here(export_forms.export_form_label)
group_label = _here(audit.group_label)
headed = _here(joining.headed)
half_sentence = _here(progress.half_sentence)
in_a_row = _here(catalogue.in_a_row)
key_text = _here(questions.key_text)
label = _here(labels.label)
lacking_field_label = _here(export_forms.lacking_field_label)
lead_label = _here(progress.lead_label)
left_label = _here(dates.left_label)
level_label = _here(doctor.level_label)
library_sentence = _here(questions.library_sentence)
listed = _here(joining.listed)
lost_text = _here(reading_losses.lost_text)
parted = _here(joining.parted)
person_label = _here(labels.person_label)
place_label = _here(questions.place_label)
progress_sentence = _here(progress.progress_sentence)
questions_label = _here(questions.questions_label)
group_chat_text = _here(reminders.group_chat_text)
outcome_texts = _here(reminders.outcome_texts)
reminder_text = _here(reminders.reminder_text)
report_texts = _here(reports.report_texts)
state_label = _here(owed.state_label)
void_sentence = _here(questions.void_sentence)
with_note = _here(joining.with_note)


def today() -> date:
    """The day of the request."""
    return local_day(req.now())


def day_label(value: date | datetime, on: date | None = None) -> str:
    """A day; with its year where that is not the year of `on`, of the request where none is given."""
    return dates.day_label(language(), value, on or today())


def moment_label(value: datetime, on: date | None = None) -> str:
    """A day and time; with the year as `day_label` has it."""
    return dates.moment_label(language(), value, on or today())


def span_label(first: datetime, last: datetime) -> str:
    """From when until when, the day once where it is one day; with the year as `day_label` has it."""
    return dates.span_label(language(), first, last, today())


def finding_text(finding: Finding) -> str:
    """What the look-over of the installation found."""
    return doctor.finding_text(language(), finding, today())


def problem(code: str, **params: Any) -> str:
    """The sentence for the code of a domain error, with its parameters."""
    return errors.problem(language(), code, params, today())


def entry_sentence(entry: RecordedDeed, names: NameSource) -> str:
    """What an entry of the audit says."""
    return audit.entry_sentence(language(), entry, names, today())


def notice_text(notice: notices.NoticeContent) -> str:
    """What a notice says."""
    return notices.notice_text(language(), notice, today())


def change_sentence(change: Change) -> str:
    """What changed since a past day."""
    return progress.change_sentence(language(), change, today())


def lazy_label(kind: type[StrEnum], code: str) -> Any:
    """A label for what is made before any request, such as the choices of a form."""
    return lazy_gettext(labels.LABELS[kind][code])
