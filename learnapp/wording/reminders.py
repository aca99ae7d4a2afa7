"""Reminders in words: what the text says, a text for a group chat with counts and no names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from learnapp.domain.core.calendar import local_day
from learnapp.domain.notices.reminders import DeliveryState, ReminderRule, ReminderState
from learnapp.domain.progress.figures import Counts
from learnapp.wording.catalogue import Language, in_a_row, translated
from learnapp.wording.dates import moment_label
from learnapp.wording.labels import label
from learnapp.wording.numbers import percent_label


def reminder_text(language: Language, params: Mapping[str, Any]) -> str:
    """What a person reads: of which stage, how much, and what the sender added."""
    if params["rule"] == ReminderRule.OVERDUE:
        text = translated(
            language,
            "“%(s)s”有 %(n)s 项到期未完成，请尽快补上。",
            s=params["stage"],
            n=params["overdue"],
        )
    else:
        text = translated(
            language,
            "“%(s)s”已完成 %(a)s 项，共 %(b)s 项，还不到一半，请抓紧。",
            s=params["stage"],
            a=params["done"],
            b=params["owed"],
        )
    return in_a_row(language, text, params["addition"])


def group_chat_text(
    language: Language,
    stage: str,
    unit: tuple[str, Counts],
    below: Iterable[tuple[str, Counts]],
    now: datetime,
) -> str:
    """A text to copy for a group chat: counts by unit, and no names."""
    name, counts = unit
    lines = [
        translated(
            language,
            "【%(u)s】%(s)s：截至%(t)s，任务进度 %(d)s，到期未完成 %(p)s 人、%(n)s 项次。",
            u=name,
            s=stage,
            t=moment_label(language, now, local_day(now)),
            d=percent_label(counts.task_share),
            p=counts.behind,
            n=counts.due - counts.due_done,
        ),
        *(translated(language, "%(u)s：%(p)s 人", u=each, p=its.behind) for each, its in below),
        translated(language, "请各单位核对到人，抓紧补学；值班、请假的同志返岗后补。"),
    ]
    return "\n".join(lines)


def outcome_texts(
    language: Language, people: Mapping[str, int], deliveries: Mapping[str, int]
) -> list[str]:
    """What became of a reminder: so many people in each state, so many messages on outer channels."""
    found = [
        f"{label(language, ReminderState, state)} {people[state]}"
        for state in ReminderState
        if people.get(state)
    ]
    found += [
        translated(
            language,
            "外部通道%(s)s %(n)s",
            s=label(language, DeliveryState, state),
            n=deliveries[state],
        )
        for state in DeliveryState
        if deliveries.get(state)
    ]
    return found
