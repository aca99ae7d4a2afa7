"""Figures of all units as work in the background: a workbook that says what the figures say."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor
from learnapp.jobs import background
from learnapp.services.progress import all_units_work, figures
from learnapp.services.progress.all_units import all_units
from tests.small_office import NOW, add_branch, build

LATER = NOW + timedelta(days=8)


def test_the_workbook_is_made_once_for_who_asked_and_had_as_often_as_wanted(office_url):
    database = Database(make_engine(office_url))
    with database.writing() as session:
        cast, unit_id, _, stage_id, _ = build(session)
        add_branch(session, unit_id)
        counters.refresh_stale(session, LATER)

    def caller(session, login):
        person_id = cast[login]
        return Caller(
            session, Actor(person_id, grants_of(session, person_id, local_day(LATER))), LATER
        )

    with database.writing() as session:
        job = all_units_work.ask(caller(session, "head"), stage_id, unit_id, "zh")
        assert all_units_work.ask(caller(session, "head"), stage_id, unit_id, "zh").id == job.id
        public_id = job.public_id
    assert background.carry_out_waiting(database, lambda: LATER) == 1
    with database.reading() as session:
        head = caller(session, "head")
        made = all_units_work.export_of(head, public_id)
        data = [all_units_work.workbook_of(session, made) for _ in range(2)]
        found = all_units(head, figures.stage_for(session, stage_id), unit_id)
        with pytest.raises(NotFound):
            all_units_work.export_of(caller(session, "admin"), public_id)
    assert data[0] == data[1] and made.result["rows"] == len(found.rows) == 2
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data[0])).get_sheet_by_index(0).to_python()
    heads = next(number for number, row in enumerate(rows) if row[0] == "单位" and row[1] == "人数")
    numbers = [(row[0].strip(), *row[1:4]) for row in rows[heads + 1 :]]
    assert numbers == [
        (each.name, each.counts.people, each.counts.owed, each.counts.done) for each in found.rows
    ]
    assert dict(row[:2] for row in rows[1:heads])["单位"] == found.rows[0].name
    database.engine.dispose()
