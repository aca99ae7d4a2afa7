"""How dates, times and durations are written, in the programme's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from learnapp.domain.core.calendar import ZONE, local_day
from learnapp.wording.catalogue import Language, counted, translated

# Written out rather than by strftime, whose names follow the process's locale.
_DAY: Mapping[Language, str] = {
    "zh": "{month}月{day}日 周{weekday}",
    "en": "{weekday} {day} {month}",
}
_DAY_AND_YEAR: Mapping[Language, str] = {
    "zh": "{year}年{month}月{day}日 周{weekday}",
    "en": "{weekday} {day} {month} {year}",
}
_WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "zh": tuple("一二三四五六日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "zh": tuple(str(number) for number in range(1, 13)),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_ONE_DAY = timedelta(days=1)


def day_label(language: Language, value: date | datetime, today: date) -> str:
    """11月23日 周一 / Mon 23 Nov; with its year where that is not the year of `today`."""
    day = local_day(value) if isinstance(value, datetime) else value
    pattern = _DAY if day.year == today.year else _DAY_AND_YEAR
    return pattern[language].format(
        year=day.year,
        month=_MONTHS[language][day.month - 1],
        day=day.day,
        weekday=_WEEKDAYS[language][day.weekday()],
    )


def moment_label(language: Language, value: datetime, today: date) -> str:
    """11月23日 周一 18:00; midnight is written as 24:00 of the day before, as deadlines are meant.

    With the year of another year, as `day_label` has it.
    """
    local = value.astimezone(ZONE)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{day_label(language, local.date() - _ONE_DAY, today)} 24:00"
    return f"{day_label(language, local.date(), today)} {local:%H:%M}"


def span_label(language: Language, first: datetime, last: datetime, today: date) -> str:
    """11月20日 周五 09:00–18:00 within a day, 11月20日 周五 09:00 – 11月22日 周日 24:00 over several."""
    begins, ends = moment_label(language, first, today), moment_label(language, last, today)
    day = day_label(language, first, today)
    if ends.startswith(f"{day} "):
        return f"{begins}–{ends.removeprefix(day).strip()}"
    return f"{begins} – {ends}"


def left_label(language: Language, until: datetime, now: datetime) -> str:
    """还剩 2 天 / 3 小时 / 20 分钟 in whole units rounded down (at least one minute), or 已截止."""
    seconds = int((until - now).total_seconds())
    if seconds <= 0:
        return translated(language, "已截止")
    if seconds >= 86400:
        return counted(language, "还剩 %(num)s 天", "还剩 %(num)s 天", seconds // 86400)
    if seconds >= 3600:
        return counted(language, "还剩 %(num)s 小时", "还剩 %(num)s 小时", seconds // 3600)
    return counted(language, "还剩 %(num)s 分钟", "还剩 %(num)s 分钟", max(1, seconds // 60))
