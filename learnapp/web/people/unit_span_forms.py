"""Forms that ask of which unit with all below it, and of which year or month."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from learnapp.domain.core.permissions import Permission
from learnapp.web.core.select_options import select_options
from learnapp.web.people.unit_choice import offer_units

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class UnitYearForm(FlaskForm):
    """Of which unit with all below it, of which year."""

    unit = SelectField(_("单位（含下级）"), coerce=int)
    year = IntegerField(
        _("年度"),
        [InputRequired(_("请填年度")), NumberRange(_FIRST_YEAR, _LAST_YEAR, _("2000 至 2100"))],
    )

    def offer(self, permission: Permission) -> None:
        """Offer the units over which the signed-in person has the permission."""
        offer_units(self.unit, permission)

    def begin(self, today: date) -> None:
        """The year that is asked for at first."""
        self.year.data = today.year


class UnitMonthForm(UnitYearForm):
    """Of which unit with all below it, of which month."""

    month = SelectField(_("月份"), coerce=int)

    def offer(self, permission: Permission) -> None:
        """Offer the months, too."""
        super().offer(permission)
        self.month.choices = select_options((each, str(each)) for each in range(1, 13))

    def begin(self, today: date) -> None:
        """The month that is asked for at first."""
        super().begin(today)
        self.month.data = today.month
