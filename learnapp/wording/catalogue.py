"""The two languages, and the one catalogue of English: sentences in code are Chinese.

`make messages` collects the literals of `N_`, `translated` and `counted` into
learnapp/translations/en/LC_MESSAGES/messages.po.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
# How each language is called in itself; the first is the one of whom nothing is known.
LANGUAGES: dict[Language, str] = {"zh": "中文", "en": "English"}
_FOLDER = Path(__file__).resolve().parent.parent / "translations"


def N_(text: str) -> str:
    """The text as it is: marks a literal that `translated` is given later."""
    return text


def language_of(code: str) -> Language:
    """The language of a stored code or a locale ("en", "en_GB"); Chinese for any other."""
    return "en" if code.partition("_")[0].partition("-")[0] == "en" else "zh"


def translated(language: Language, text: str, /, **values: object) -> str:
    """The Chinese `text` in the language, its %(name)s replaced by `values`.

    Without values nothing is replaced, and a lone % stays. A text that the catalogue lacks stays
    Chinese.
    """
    if language == "en":
        text = _english().gettext(text)
    return text % values if values else text


def counted(language: Language, one: str, many: str, count: int, /, **values: object) -> str:
    """The same for a sentence with a plural; %(num)s is the count."""
    chosen = _english().ngettext(one, many, count) if language == "en" else one
    return chosen % {"num": count, **values}


def in_a_row(language: Language, *sentences: str) -> str:
    """Whole sentences one after another, the empty ones left out: a space between English ones."""
    return ("" if language == "zh" else " ").join(filter(None, sentences))


class Lenient(dict[str, object]):
    """Values of a sentence; one that it names and that is not among them reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


@cache
def _english() -> NullTranslations:
    """The compiled catalogue; an empty one where it was not compiled yet."""
    return translation("messages", _FOLDER, ["en"], fallback=True)
