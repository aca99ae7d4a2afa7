"""`learnapp paper show` draws an attempt's paper again, as it is pinned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.domain.core.permissions import Actor
from learnapp.services.exams import attempt_start
from tests.cli.commands import refused, run
from tests.small_office import NOW, build


def test_the_paper_drawn_again_is_the_pinned_one(
    office_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempt_start, "new_public_id", lambda: "-begins_with-a-dash")
    database = Database(make_engine(office_url))
    with database.writing() as session:
        people, _, window_id, _, _ = build(session)
        caller = Caller(session, Actor(people["officer"]), NOW + timedelta(hours=2))
        begun = attempt_start.start(caller, window_id, "5eed").public_id
        pinned = session.execute(
            select(PaperQuestion.ordinal, PaperQuestion.version_id, PaperQuestion.marks).order_by(
                PaperQuestion.ordinal
            )
        ).all()
    database.engine.dispose()
    done = run(tmp_path, "paper", "show", begun, LEARNAPP_DATABASE_URL=office_url)
    assert done.exit_code == 0, done.output
    assert pinned and done.stdout.splitlines() == [
        f"{ordinal}\tversion {version_id}\tmarks {marks / 100:g}"
        for ordinal, version_id, marks in pinned
    ]


def test_an_attempt_that_there_is_not_is_one_sentence(home: Path):
    refused(run(home, "paper", "show", "nothing"), 1, "there is no attempt nothing")
