"""Both languages: Chinese first, English second; and how dates, times and marks are written."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext, ngettext
from markupsafe import Markup

from learnapp.domain.core.calendar import ZONE, local_day
from learnapp.web.core import request_context as req

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "language"
_DAYS = "一二三四五六日"


def install(app: Flask) -> None:
    """Hang translation and the filters on the app; source strings are Chinese."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    Babel(app, locale_selector=_choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_words, _counted_words, newstyle=True)  # type: ignore[attr-defined]
    for name, fn in (
        ("day", day_label),
        ("moment", moment_label),
        ("clock", clock_label),
        ("marks", marks_label),
        ("percent", percent_label),
    ):
        app.jinja_env.filters[name] = fn


def _words(text: str) -> str:
    """A sentence of a page; the source is Chinese and needs no looking up."""
    return gettext(text) if _asks_translation() else text


def _counted_words(one: str, many: str, count: int) -> str:
    return ngettext(one, many, count) if _asks_translation() else one


def _asks_translation() -> bool:
    if "asks_translation" not in g:
        g.asks_translation = is_english()
    return bool(g.asks_translation)


def _choose() -> str:
    who = req.signed_in_as()
    if who is not None:
        return who.language
    chosen = request.cookies.get(COOKIE, "zh")
    return chosen if chosen in LANGUAGES else "zh"


def is_english() -> bool:
    """Whether the page is in English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def day_label(value: date | datetime, today: date | None = None) -> str:
    """11月23日 周一 / Mon 23 Nov; with its year where that is not the year of `today`.

    `today` is the day of the request where none is given.
    """
    day = local_day(value) if isinstance(value, datetime) else value
    of_this_year = day.year == (today or local_day(req.now())).year
    if is_english():
        return f"{day:%a} {day.day} {day:%b}" + ("" if of_this_year else f" {day.year}")
    year = "" if of_this_year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 周{_DAYS[day.weekday()]}"


def clock_label(value: datetime) -> str:
    """18:00, in the programme's zone."""
    return f"{value.astimezone(ZONE):%H:%M}"


def moment_label(value: datetime, today: date | None = None) -> str:
    """11月23日 周一 18:00; midnight is written as 24:00 of the day before, as deadlines are meant.

    With the year of another year, as `day_label` has it.
    """
    local = value.astimezone(ZONE)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        before = date.fromordinal(local.date().toordinal() - 1)
        return f"{day_label(before, today)} 24:00"
    return f"{day_label(local.date(), today)} {local:%H:%M}"


def marks_label(hundredths: int) -> str:
    """Marks from hundredths: 2, 2.5, 12.25."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def percent_label(permille: int | None) -> str:
    """52.4 %; a dash when there is no share."""
    return "—" if permille is None else f"{permille / 10:.1f}%"


def left_label(until: datetime, now: datetime) -> str:
    """还剩 2 天 / 3 小时 / 20 分钟, or 已过."""
    seconds = int((until - now).total_seconds())
    if seconds <= 0:
        return gettext("已截止")
    if seconds >= 86400:
        return ngettext("还剩 %(num)s 天", "还剩 %(num)s 天", seconds // 86400)
    if seconds >= 3600:
        return ngettext("还剩 %(num)s 小时", "还剩 %(num)s 小时", seconds // 3600)
    return ngettext("还剩 %(num)s 分钟", "还剩 %(num)s 分钟", max(1, seconds // 60))


def mark_safe(html: str) -> Markup:
    """HTML that was cleaned when it was recorded (readings)."""
    return Markup(html)  # noqa: S704
