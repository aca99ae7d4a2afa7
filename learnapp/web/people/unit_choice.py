"""The units of a form's select: in the order of the tree, indented, namesakes distinguished."""

from __future__ import annotations

from wtforms import SelectField

from learnapp.domain.core.permissions import Permission
from learnapp.services.people import choices
from learnapp.web.core import request_context as req
from learnapp.web.core.select_options import select_options


def offer_units(field: SelectField, permission: Permission) -> None:
    """Give the select the units over which the signed-in person has the permission."""
    found = choices.units_within(req.caller(), permission)
    field.choices = select_options((unit_id, "　" * depth + name) for unit_id, name, depth in found)
