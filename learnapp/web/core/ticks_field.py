"""Fields of several choices, in a list or each with a box to tick."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget


class SeveralField(SelectMultipleField):
    """Several of some choices; one that is not offered is refused in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        gone = _("勾选的内容里有的已不能选，请重新勾选。")
        texts = {"invalid_choice_message": gone, "invalid_value_message": gone}
        super().__init__(*args, **(texts | kwargs))


class TicksField(SeveralField):
    """Several of some choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
