"""The day of marks in the crawl's installation: what is asked of exams by the pages."""

from __future__ import annotations

import re

from tests.crawl.visitor import Visitor


def spend(admin: Visitor, officer: Visitor) -> tuple[tuple[str, str], ...]:
    """A year's marks asked for, a record printed, a dispensation asked; (walker, page) of each that no
    link leads to."""
    record = officer.landed("/me/record", year="")
    sheet = admin.landed("/marks/year", unit="1", year="2026", kind="weekly")
    page = admin.client.get("/dispensations/new").text
    window = re.findall(r'<option[^>]* value="(\d+)"', page)[0]
    admin.landed(
        "/dispensations/new",
        window=window,
        people="officer",
        kind="exemption",
        reason="借调在外",
        do="confirm",
    )
    papers = f"/rooms/{window}/papers/print?unit=1"
    return (
        ("officer", record),
        ("admin", sheet),
        ("admin", papers),
        ("officer", _try_out(officer)),
    )


def _try_out(officer: Visitor) -> str:
    """A mock exam, handed in without an answer; its result."""
    begin = re.findall(r'action="(/mocks/exams/\d+)"', officer.client.get("/mocks").text)[0]
    return officer.landed(f"{officer.landed(begin)}/submit", confirmed="1")
