"""What the forms are called in which a bank is taken out, and what a form cannot carry."""

from __future__ import annotations

from collections.abc import Mapping

from learnapp.wording.catalogue import N_, Language, translated

EXPORT_FORMS: Mapping[str, str] = {
    "xlsx": N_("Excel 题库（可再导入）"),
    "docx": N_("Word 试卷（带答案）"),
    "paper": N_("Word 试卷（不带答案）"),
    "gift": N_("GIFT"),
    "xml": N_("Moodle XML"),
    "zip": N_("QTI 3.0"),
    "aiken": N_("Aiken"),
    "yaml": N_("YAML"),
}
# What a form may be unable to carry, as its writer names it.
LACKING_FIELDS: Mapping[str, str] = {
    "pictures": N_("图片"),
    "explanation": N_("解析"),
    "source": N_("来源"),
    "category": N_("章节"),
    "difficulty": N_("难度"),
    "passage": N_("材料"),
}


def export_form_label(language: Language, form: str) -> str:
    """A form in which a bank is taken out."""
    return _named(language, EXPORT_FORMS, form)


def lacking_field_label(language: Language, field: str) -> str:
    """What a form cannot carry."""
    return _named(language, LACKING_FIELDS, field)


def _named(language: Language, names: Mapping[str, str], code: str) -> str:
    return translated(language, names[code]) if code in names else code
