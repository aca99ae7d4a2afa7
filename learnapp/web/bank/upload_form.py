"""Forms of an upload: the file, and what must be stated about one that was refused."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.files.markings import LapsedMarking, lapsed_marking
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import problem


class StatementForm(FlaskForm):
    """That a secrecy marking has lapsed: why, and on whose word."""

    reason = StringField(_("标志为什么已失效"))
    authority = StringField(_("由谁认定（单位、职务、文号）"))

    def stated(self) -> LapsedMarking | None:
        """The statement; None where something is missing, which is said beside its field."""
        try:
            return lapsed_marking(self.reason.data or "", self.authority.data or "")
        except RuleBroken as broken:
            self[broken.field].errors = [problem(broken.code, **broken.params)]
            return None


class BankUploadForm(StatementForm):
    """A file of questions."""

    file = FileField(_("题目文件"))
    text = TextAreaField(_("或者粘贴文字"), render_kw={"rows": 5})
    without_macros = BooleanField(_("转换这份旧文档，丢掉其中的宏"))


class BankFilesForm(FlaskForm):
    """Files of which each becomes a bank of its own, called like the file."""

    files = MultipleFileField(_("题目文件"))
    owner = SelectField(_("题库归哪个单位"), coerce=int)
    secrecy = SelectField(
        _("题库密级"), choices=select_options([("public", _("公开")), ("internal", _("内部"))])
    )


@dataclass(frozen=True)
class Asked:
    """What must be stated before a file that was refused is read: that its marking has lapsed (by
    whom who may), that its macros are left behind."""

    marking: str = ""
    may_state: bool = False
    macros: bool = False
