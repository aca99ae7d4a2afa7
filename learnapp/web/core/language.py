"""Both languages of the pages: Chinese first, English second; which of them a request is in."""

from __future__ import annotations

from flask import Flask, g
from flask_babel import Babel, get_locale, gettext, ngettext

from learnapp.web.core import request_context as req
from learnapp.web.core.cookies import value_of
from learnapp.wording.catalogue import LANGUAGES, Language, language_of

COOKIE = "language"


def install(app: Flask) -> None:
    """Hang translation on the app; source strings are Chinese."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    Babel(app, locale_selector=_choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_words, _counted_words, newstyle=True)  # type: ignore[attr-defined]


def language() -> Language:
    """The language of the request."""
    locale = get_locale()
    return language_of("zh" if locale is None else locale.language)


def _words(text: str) -> str:
    """A sentence of a page; the source is Chinese and needs no looking up."""
    return gettext(text) if _asks_translation() else text


def _counted_words(one: str, many: str, count: int) -> str:
    return ngettext(one, many, count) if _asks_translation() else one


def _asks_translation() -> bool:
    if "asks_translation" not in g:
        g.asks_translation = language() != "zh"
    return bool(g.asks_translation)


def _choose() -> str:
    who = req.signed_in_as()
    if who is not None:
        return who.language
    chosen = value_of(COOKIE)
    return chosen if chosen in LANGUAGES else "zh"
