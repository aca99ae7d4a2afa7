"""What a phone held back: counted by when it was made, bounded by the stamp of its own page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.study.models import Completion


def _stamp(home, login: str) -> str:
    home.enter(login)
    page = home.client.get("/portions/1?s=1").text
    return re.search(r'name="served" value="([^"]+)"', page).group(1)


@pytest.mark.parametrize(
    ("whose", "days", "kept"), [("officer", 1, True), ("other", 1, False), ("officer", 4, False)]
)
def test_a_completion_sent_late_counts_as_far_as_its_page_was_the_readers_own(
    home, whose, days, kept
):
    served = _stamp(home, whose)
    given = home.clock.instant
    home.enter("officer")
    home.clock.instant += timedelta(days=days)
    waited = int(timedelta(days=days).total_seconds()) - 600
    home.post("/portions/1/place", section="2", served=served, waited=str(waited))
    with home.database.reading() as session:
        row = session.scalars(select(Completion)).one()
    assert row.recorded_at == home.clock.instant
    assert row.occurred_at == (given + timedelta(minutes=10) if kept else home.clock.instant)


def test_without_a_word_of_waiting_it_counts_at_once(home):
    served = _stamp(home, "officer")
    home.clock.instant += timedelta(hours=3)
    home.post("/portions/1/place", section="2", served=served)
    with home.database.reading() as session:
        assert session.scalars(select(Completion)).one().occurred_at == home.clock.instant


def test_the_shell_is_anybodys_and_names_nobody(home):
    manifest = home.client.get("/app.webmanifest")
    assert manifest.json["start_url"] == "/" and manifest.json["display"] == "standalone"
    worker = home.client.get("/sw.js")
    assert worker.mimetype == "text/javascript" and worker.headers["Cache-Control"] == "no-cache"
    assert home.client.get("/offline").status_code == 200
    home.enter("officer")
    page = home.client.get("/offline").text
    assert 'name="person-key"' not in page
    assert re.search(
        r'data-urls="/week /portions/1 /portions/1\?s=1 ', home.client.get("/week").text
    )
