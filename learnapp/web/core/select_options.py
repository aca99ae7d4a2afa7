"""The options of a form's select."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def select_options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """The options of these (value, label) pairs, for the `choices` of a select field."""
    return [SelectChoice(value, label) for value, label in pairs]
