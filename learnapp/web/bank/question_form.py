"""The form of a question's content, for a staged record and for a question of the bank."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from learnapp.domain.core import lengths
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import lazy_label, library_sentence
from question_bank.editing import Fields
from question_bank.formats import Reason
from question_bank.kinds import QuestionType

_TYPES = [(str(kind), lazy_label(QuestionType, kind)) for kind in QuestionType]
# Which field of the form a reason is shown beside; the answer's, if none.
_BESIDE = {
    "empty_stem": "stem",
    "no_blanks": "stem",
    "same_question": "stem",
    "empty_option": "options",
    "too_few_options": "options",
    "type_not_supported": "type",
    "difficulty_range": "difficulty",
}


class QuestionForm(FlaskForm):
    """What a question says, all of it text."""

    type = SelectField(_("题型"), choices=select_options(_TYPES))
    passage = TextAreaField(_("材料"), render_kw={"rows": 4})
    stem = TextAreaField(_("题干"), render_kw={"rows": 4})
    options = FieldList(StringField(_("选项")), min_entries=4, max_entries=20, label=_("选项"))
    answer = TextAreaField(_("答案"), render_kw={"rows": 2})
    points = TextAreaField(
        _("要点"), render_kw={"rows": 4}, description=_("简答题的得分点，一行一个")
    )
    explanation = TextAreaField(_("解析"), render_kw={"rows": 3})
    category = StringField(_("章节"), [Length(max=lengths.LINE)])
    difficulty = SelectField(
        _("难度"), choices=select_options([("", "—"), *((str(n), str(n)) for n in range(1, 6))])
    )
    source = StringField(_("来源"), [Length(max=lengths.LINE)])

    def fields(self) -> Fields:
        """What was typed."""
        given: dict[str, Any] = {
            name: getattr(self, name).data or "" for name in Fields.__dataclass_fields__
        }
        return Fields(**{**given, "options": tuple(each.data or "" for each in self.options)})


def values_of(fields: Fields) -> dict[str, Any]:
    """The fields as the form's data, with empty rows for more options, at least four in all."""
    options = list(fields.options)
    options += [""] if len(options) >= 4 else [""] * (4 - len(options))
    return {name: getattr(fields, name) for name in Fields.__dataclass_fields__} | {
        "options": options
    }


def show_reasons(form: QuestionForm, reasons: Iterable[Reason]) -> None:
    """Say beside each field what is wrong with it."""
    for reason in reasons:
        field = getattr(form, _BESIDE.get(reason.code, "answer"))
        field.errors = [*field.errors, library_sentence(reason.code, reason.params)]
