"""Labels of the forms in which a bank is taken out."""

from __future__ import annotations

from learnapp.wording.export_forms import (
    EXPORT_FORMS,
    LACKING_FIELDS,
    export_form_label,
    lacking_field_label,
)
from question_bank.formats.writers import WRITERS


def test_every_form_that_is_written_has_a_label_and_so_has_what_it_lacks():
    assert set(WRITERS) <= set(EXPORT_FORMS)
    assert {each for writer in WRITERS.values() for each in writer.lacks} <= set(LACKING_FIELDS)
    assert export_form_label("zh", "xlsx") == "Excel 题库（可再导入）"
    assert export_form_label("en", "xlsx").isascii() and export_form_label("en", "odd") == "odd"
    assert (lacking_field_label("zh", "source"), lacking_field_label("en", "source")) == (
        "来源",
        "Source",
    )
