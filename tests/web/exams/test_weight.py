"""What the test page costs a phone: bytes and requests, cold and warm; statements of start, page, save."""

from __future__ import annotations

import re
import uuid

from sqlalchemy import event, select

from learnapp.db.core.engine import RawCursor
from learnapp.db.exams.models import BlueprintCell
from tests.web.weights import GZIP, assets_of

FIFTY = {"single": 20, "multiple": 12, "true_false": 12, "fill_blank": 6}


def _make_it_fifty(home) -> None:
    """Turn the house's blueprint, which nobody has drawn from yet, into one of 50 questions."""
    with home.database.writing() as session:
        for cell in session.scalars(select(BlueprintCell)):
            if cell.type in FIFTY:
                cell.count = FIFTY[cell.type]
            else:
                session.delete(cell)


def test_the_page_of_a_test_of_fifty_is_light(home, record_property):
    _make_it_fifty(home)
    home.enter("officer")
    path = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    reply = home.client.get(path, headers=GZIP)
    assert reply.headers["Content-Encoding"] == "gzip"
    page = home.client.get(path).text
    questions = re.findall(r'<section class="q".*?</section>', page, re.DOTALL)
    assert len(questions) == 50
    warm, sizes = len(reply.data), assets_of(home, page)
    cold = warm + sum(sizes.values())
    record_property(
        "tried",
        f"test page of 50 questions, cold: {cold / 1000:.1f} kB in {1 + len(sizes)} requests; "
        f"warm: {warm / 1000:.1f} kB",
    )
    assert 1 + len(sizes) <= 8
    assert cold <= 45_000, (warm, sizes)
    assert warm <= 10_000


def _statements(home, deed) -> int:
    asked: list[str] = []

    def count(_connection, _cursor, statement, *_about):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            asked.append(statement)

    engine = home.client.application.extensions["learnapp.database"].engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        deed()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(asked)


def test_start_and_page_ask_at_most_eight_statements_and_a_save_three(
    home, record_property, monkeypatch
):
    for login in ("other", "marker"):  # the first makes the pool, then this process remembers it
        home.enter(login)
        home.post(f"/windows/{home.window_id}/start")
    home.enter("officer")
    token = home.token()
    place: list[str] = []

    def start() -> None:
        reply = home.client.post(f"/windows/{home.window_id}/start", data={"csrf_token": token})
        place.append(reply.headers["Location"])

    counts = {"start": _statements(home, start)}
    counts["page"] = _statements(home, lambda: home.client.get(place[0]))
    page = home.client.get(place[0]).text
    ordinal, option = re.findall(r'name="q(\d+)"[^>]*value="([^"]+)"', page)[0]
    sent = {"seq": 1, "question": int(ordinal), "response": {"options": [option]}, "flagged": False}

    def save(events: int = 1) -> None:
        content = {"events": [sent | {"event_id": str(uuid.uuid4())} for _ in range(events)]}
        about = {"X-CSRFToken": token}
        reply = home.client.post(f"{place[0]}/answers", json=content, headers=about)
        assert reply.json["acknowledged"][0]["state"] == "held", reply.text

    counts["save, ordinary way"] = _statements(home, lambda: save(2))
    sent["seq"] = 2
    fetched, fetch = [], RawCursor.fetch
    watched = lambda self, sql, values: fetched.append(sql) or fetch(self, sql, values)  # noqa: E731
    monkeypatch.setattr(RawCursor, "fetch", watched)
    counts["save by its door, besides"] = _statements(home, save)
    counts["save by its door"] = len(fetched)
    record_property("tried", ", ".join(f"{name}: {n} statements" for name, n in counts.items()))
    assert counts["start"] <= 8 and counts["page"] <= 8 and counts["save, ordinary way"] <= 3
    assert counts["save by its door"] == 2 and counts["save by its door, besides"] == 0
