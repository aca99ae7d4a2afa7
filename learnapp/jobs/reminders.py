"""Reminders sent: notices in short transactions, messages on outer channels with no transaction open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from learnapp.db.core.engine import Database
from learnapp.domain.core.calendar import local_day
from learnapp.jobs.channels import Channel, NoAddress, NotSent
from learnapp.services.notices import delivery
from learnapp.services.notices.delivery import Letter
from learnapp.wording.notices import NoticeContent, notice_text

_STEPS = 50  # in one round

log = logging.getLogger("learnapp.jobs")


def send_waiting(database: Database, now: Callable[[], datetime]) -> int:
    """Look at who is to be reminded, and send what is due; how many steps were done."""

    def text_of(params: dict[str, Any]) -> str:
        return notice_text("zh", NoticeContent("reminder", params, True), local_day(now()))

    for done in range(_STEPS):
        with database.reading() as session:
            waits = delivery.anything_waits(session, now())
        if not waits:
            return done
        with database.writing("reminders") as session:
            delivery.expand(session, now()) or delivery.send_due(session, now(), text_of)
    return _STEPS


def try_messages(
    database: Database, now: Callable[[], datetime], channels: Mapping[str, Channel]
) -> int:
    """Try what waits for an outer channel; how many messages. A slow gateway delays nothing else."""
    with database.reading() as session:
        waiting = delivery.letters(session, now())
    for letter in waiting:
        _try(database, now, letter, channels)
    return len(waiting)


def _try(
    database: Database,
    now: Callable[[], datetime],
    letter: Letter,
    channels: Mapping[str, Channel],
) -> None:
    with database.writing("message begun") as session:
        if not delivery.begin(session, now(), letter.message_id):
            return
    error, no_address = _sent(letter, channels)
    with database.writing("message ended") as session:
        delivery.end(session, letter.message_id, error, no_address)


def _sent(letter: Letter, channels: Mapping[str, Channel]) -> tuple[str | None, bool]:
    """What was wrong with a try (None: nothing), and whether there is no address at all."""
    channel = channels.get(letter.channel)
    if channel is None:
        return "no such channel", False
    try:
        channel.send(letter.addresses, letter.text)
    except NoAddress as missing:
        return str(missing), True
    except NotSent as refused:
        log.warning("channel %s: %s", letter.channel, refused)
        return str(refused), False
    return None, False
