"""The office's day in the crawl's installation: what an admin does to people and units by the pages."""

from __future__ import annotations

import re

from tests.crawl.visitor import Visitor

# A transfer up to its preview; the unit is added.
TRANSFER = {
    "basis": "establishment",
    "category": "contract",
    "from_day": "2026-11-16",
    "do": "preview",
}
# Weekly tests, and a longer test, each up to its preview.
SERIES = {
    "title": "周测",
    "bank": "1",
    "first_day": "2026-11-25",
    "last_day": "2026-12-18",
    "opens": "18:00",
    "closes": "22:00",
    "do": "preview",
}
EXAM_CHANGE = {
    "title": "第5周周测",
    "opens_at": "2026-11-23T08:00",
    "closes_at": "2026-11-30T00:00",
    "minutes": "45",
    "pass_percent": "60",
    "tries": "1",
    "release": "at_once",
    "scope": "one",
    "do": "preview",
}
COPY = {"name": "明年", "first_day": "2027-10-25", "readings": "y", "exams": "y", "do": "preview"}
LINE = {"day": "2026-12-09", "required": "1", "unit": "1", "do": "preview"}
# What only a post shows of planning.
PLANNING: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("admin", "/programmes/1/series/weekly", SERIES),
    ("admin", "/programmes/1/exams/5/change", EXAM_CHANGE),
    ("admin", "/programmes/1/copy", COPY),
    ("admin", "/programmes/1/lines/29", LINE),
)


def spend(admin: Visitor, person: int, unit: int) -> int:
    """An absence recorded, a completion returned, a login name added, a unit put away; the person."""
    leave = {"kind": "leave", "first_day": "2026-11-24", "last_day": "2026-11-25", "effect": ""}
    admin.landed(f"/people/{person}/absences", do="confirm", **leave)
    done = admin.client.get(f"/people/{person}/learning").text
    completion = re.search(r'href="(/people/\d+/completions/\d+)"', done)
    assert completion is not None, done[:2000]
    admin.landed(completion.group(1), reason="读得太快")
    admin.landed(f"/people/{person}/logins", kind="mobile", login_name="13900000001")
    fields = {"name": "撤下的单位", "kind": "other", "line": "1", "from_day": "2026-11-01"}
    made = admin.landed("/units/new", parent=str(unit), **fields).partition("#")[0]
    admin.landed(f"{made}/retire")
    return person
