"""The reporting day in the crawl's installation: a report frozen, commented on and signed."""

from __future__ import annotations

import re
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.jobs import reminders, reports
from tests.crawl.visitor import Visitor


def spend(database: Database, head: Visitor, now: datetime) -> None:
    """What the scheduler freezes, and what a head adds."""
    reports.freeze_due(database, lambda: now)
    issue = re.search(r'href="(/weekly/\d+/units/\d+)"', head.client.get("/weekly").text)
    if issue is None:
        raise AssertionError("no report was frozen")
    remind = re.search(r'href="(/reminders/stages/\d+/units/\d+)"', _figures(head))
    if remind is None:
        raise AssertionError("nobody to remind")
    head.landed(remind.group(1), rule="overdue", do="all")
    reminders.send_waiting(database, lambda: now)
    head.landed(f"{issue.group(1)}/comment", text="本周安保任务集中，下周补学。")


def _figures(head: Visitor) -> str:
    return head.client.get("/progress", follow_redirects=True).text
