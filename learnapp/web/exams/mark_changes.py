"""What a correction would change, as its page shows it: the counts, and a page of the attempts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from learnapp.db.people.login_names import logins_of
from learnapp.services.exams.key_correction import StoredPreview
from learnapp.services.exams.regrading import MarkChange, RegradePreview
from learnapp.web.core import request_context as req
from learnapp.web.core.paging import SIZE
from learnapp.web.core.wording import marks_label


@dataclass(frozen=True)
class ShownChanges:
    """Counts, rows of the page, and the pages beside it: by addresses for what is kept, by numbers that
    a button sends (None: no such page) for what is looked for again."""

    used: int
    changed: int
    passes_lost: int
    passes_won: int
    checks: int
    rows: list[dict[str, Any]]
    pager: dict[str, Any] | None = None
    page: int = 1
    pages: int = 1


def of_preview(found: RegradePreview, asked: int) -> ShownChanges:
    """What was looked for in this request: those for whom passing turns come first."""
    changes = sorted(found.changes, key=lambda each: not (each.loses or each.wins))
    pages = max(1, -(-len(changes) // SIZE))
    page = min(max(1, asked), pages)
    shown = changes[(page - 1) * SIZE : page * SIZE]
    logins = logins_of(req.session(), {each.place.person_id for each in shown})
    return ShownChanges(
        used=found.used,
        changed=len(changes),
        passes_lost=found.passes_lost,
        passes_won=found.passes_won,
        checks=found.checks,
        rows=[_of_change(each, logins.get(each.place.person_id, "")) for each in shown],
        page=page,
        pages=pages,
    )


def of_stored(found: StoredPreview, page: int, url_for_page: Callable[[int], str]) -> ShownChanges:
    """What a job found, as it stored it."""
    counts = found.job.result or {}
    logins = logins_of(req.session(), {each.person_id for each in found.people.values()})
    pages = max(1, -(-counts["changed"] // SIZE))
    return ShownChanges(
        used=counts["used"],
        changed=counts["changed"],
        passes_lost=counts["passes_lost"],
        passes_won=counts["passes_won"],
        checks=counts["checks"],
        rows=[_of_row(row, found, logins) for row in found.rows],
        pager={
            "label": f"{page} / {pages}",
            "previous_url": url_for_page(page - 1) if page > 1 else None,
            "next_url": url_for_page(page + 1) if page < pages else None,
        },
    )


def _of_change(each: MarkChange, login: str) -> dict[str, Any]:
    before, after = each.sum_before, each.sum_after
    row = {
        "marks": [each.before, each.after],
        "sum": [before.awarded, after.awarded],
        "full": [before.full, after.full],
        "turn": 1 if each.wins else -1 if each.loses else 0,
    }
    return {
        "person": each.place.person,
        "login": login,
        "exam": each.place.exam.title,
        **_figures(row),
    }


def _of_row(row: dict[str, Any], found: StoredPreview, logins: dict[int, str]) -> dict[str, Any]:
    whose = found.people[row["attempt"]]
    login = logins.get(whose.person_id, "")
    return {"person": whose.person, "login": login, "exam": whose.exam, **_figures(row)}


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    """Marks, sums and the turn in words; the full marks with the sums where they differ."""
    (full_before, full_after), turns = row["full"], _turns()
    before, after = row["marks"]
    first = gettext("待阅") if before is None else marks_label(before)
    then = gettext("不计分") if full_after < full_before else marks_label(after)
    sums = [marks_label(each) for each in row["sum"]]
    if full_before != full_after:
        sums = [f"{s}/{marks_label(f)}" for s, f in zip(sums, row["full"], strict=True)]
    return {
        "marks": f"{first} → {then}",
        "total": " → ".join(sums),
        "turn": turns.get(row["turn"], ""),
    }


def _turns() -> dict[int, str]:
    return {-1: gettext("由合格变为不合格"), 1: gettext("由不合格变为合格")}
