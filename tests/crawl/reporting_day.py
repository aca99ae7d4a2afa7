"""The reporting day in the crawl's installation: a report frozen, commented on and signed."""

from __future__ import annotations

import re
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.jobs import reports
from tests.crawl.visitor import Visitor


def spend(database: Database, head: Visitor, now: datetime) -> None:
    """What the scheduler freezes, and what a head adds."""
    reports.freeze_due(database, lambda: now)
    issue = re.search(r'href="(/weekly/\d+/units/\d+)"', head.client.get("/weekly").text)
    if issue is None:
        raise AssertionError("no report was frozen")
    head.landed(f"{issue.group(1)}/comment", text="本周安保任务集中，下周补学。")
