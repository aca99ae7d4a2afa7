"""One-time codes can be had again for a day, by who may issue them, and by nobody after that."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SealedCode
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.sealing import Seal
from learnapp.db.operations.models import AuditEntry
from learnapp.domain.accounts.codes import READABLE_FOR
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.services.accounts import activation, code_sheets
from learnapp.services.accounts.code_sheets import CodeState, Form, PageOfCodes, SheetPart
from learnapp.services.operations import schedule
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.services.accounts.branches import Town
from tests.small_office import NOW

SEAL = Seal(b"k" * 64)
DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def ground(module_database_url):
    """A database with the town in it; each test's own transaction is undone at its end."""
    database = Database(make_engine(module_database_url))
    with database.writing() as session:
        town = Town(session)
    yield database, town
    database.engine.dispose()


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """A transaction that writes, and of which nothing stays."""
    with database.writing() as session:
        yield session
        session.rollback()


def _everybody(town):
    return [person for each in town.people.values() for person in each]


def _issue(session, town):
    return code_sheets.issue_sheet(
        Caller(session, town.admin, NOW), SEAL, _everybody(town), code_sheets.Origin.BULK
    )


def _read(session, actor, sheet, at=NOW, **wanted):
    return code_sheets.read(
        Caller(session, actor, at),
        SEAL,
        sheet.public_id,
        SheetPart(Form.PAGE, PageOfCodes(**wanted)),
    )


def test_codes_are_read_again_in_the_order_of_units_and_names_and_activate(ground):
    database, town = ground
    with undone(database) as session:
        sheet = _issue(session, town)
        first, again = (_read(session, town.admin, sheet) for _ in range(2))
        assert [each.code for each in first.lines] == [each.code for each in again.lines]
        assert [each.name for each in first.lines] == [
            "东城分局甲", "东城分局乙", "西城分局甲", "西城分局乙",
        ]  # fmt: skip
        whose = activation.holder(session, first.lines[0].code, NOW)[0]
        assert whose == town.people["东城分局"][1]
        page = _read(session, town.admin, sheet, page=2, size=3)
        assert [each.name for each in page.lines] == ["西城分局乙"] and page.total == 4
        east = _read(session, town.admin, sheet, unit_id=town.branch["东城分局"])
        assert east.total == len(east.lines) == 2


def test_an_admin_of_a_branch_reads_and_destroys_the_codes_of_that_branch_alone(ground):
    database, town = ground
    east, west = town.admins["东城分局"], town.admins["西城分局"]
    with undone(database) as session:
        sheet = _issue(session, town)
        assert {each.unit for each in _read(session, east, sheet).lines} == {"东城分局"}
        assert code_sheets.end(Caller(session, east, NOW), sheet.public_id) == 2
        assert code_sheets.end(Caller(session, town.admin, NOW), sheet.public_id) == 2
        assert code_sheets.end(Caller(session, town.admin, NOW), sheet.public_id) == 0
        assert _read(session, town.admin, sheet).ended
        for refused in (east, west):
            with pytest.raises(NotFound):
                _read(session, refused, sheet)
        with pytest.raises(Forbidden):
            _read(session, Actor(town.people["东城分局"][0]), sheet)


def test_the_code_of_somebody_with_a_role_above_or_of_oneself_is_not_read(ground):
    database, town = ground
    east, one = town.admins["东城分局"], town.people["东城分局"][0]
    with undone(database) as session:
        everybody = [*_everybody(town), east.person_id]
        sheet = code_sheets.issue_sheet(
            Caller(session, town.admin, NOW), SEAL, everybody, code_sheets.Origin.BULK
        )
        assert len(_read(session, east, sheet).lines) == 2
        roles.grant(
            Caller(session, SYSTEM, NOW), one, NewGrant(Role.ADMIN, town.top, town.line, DAY)
        )
        assert [each.name for each in _read(session, east, sheet).lines] == ["东城分局甲"]
        assert len(_read(session, town.admin, sheet).lines) == 5


def test_after_a_day_nothing_is_read_and_the_scheduler_removes_the_rows(ground):
    database, town = ground
    later = NOW + READABLE_FOR
    with undone(database) as session:
        sheet = _issue(session, town)
        assert len(_read(session, town.admin, sheet, later - timedelta(seconds=1)).lines) == 4
        assert _read(session, town.admin, sheet, later).lines == []
        assert session.scalar(select(func.count()).select_from(SealedCode)) == 4
        work = [each for each in schedule.due(session, later) if each.job == "expire_codes"]
        assert [schedule.carry_out(session, later, each, "") for each in work] == [True]
        assert session.scalar(select(func.count()).select_from(SealedCode)) == 0
        assert not [each for each in schedule.due(session, later) if each.job == "expire_codes"]


def test_a_used_or_replaced_code_is_not_shown_any_more(ground):
    database, town = ground
    used, replaced = town.people["西城分局"]
    with undone(database) as session:
        sheet = _issue(session, town)
        code = {each.name: each.code for each in _read(session, town.admin, sheet).lines}
        activation.activate(session, NOW, code["西城分局乙"], "a good long one", "hash")
        code_sheets.issue_to_one(Caller(session, town.admin, NOW), SEAL, replaced)
        states = {
            each.name: (each.code, each.state) for each in _read(session, town.admin, sheet).lines
        }
        assert states["西城分局乙"] == ("", CodeState.USED)
        assert states["西城分局甲"] == ("", CodeState.REPLACED)
        assert used != replaced


def test_each_view_is_audited_with_how_many_and_no_code_lies_in_the_clear(ground, caplog):
    database, town = ground
    caplog.set_level(logging.DEBUG)
    with undone(database) as session:
        sheet = _issue(session, town)
        shown = [each.code for each in _read(session, town.admin, sheet).lines]
        _read(session, town.admins["东城分局"], sheet)
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "codes.shown").order_by(AuditEntry.id)
        ).all()
        assert [(each.actor_id, each.detail["count"]) for each in entries] == [
            (1, 4), (town.admins["东城分局"].person_id, 2),
        ]  # fmt: skip
        kept = str([each.detail for each in session.scalars(select(AuditEntry))])
        sealed = b"".join(session.scalars(select(SealedCode.sealed)))
    for code in shown:
        assert code not in kept and code.encode() not in sealed and code not in caplog.text


def test_under_another_key_of_the_installation_a_code_is_unreadable_and_said_so(ground):
    database, town = ground
    with undone(database) as session:
        sheet = _issue(session, town)
        other = Seal(b"o" * 64)
        found = code_sheets.read(
            Caller(session, town.admin, NOW), other, sheet.public_id, SheetPart(Form.PAGE)
        )
        assert {each.state for each in found.lines} == {CodeState.UNREADABLE}


def test_two_units_of_one_name_are_two_on_a_sheet(ground):
    database, town = ground
    with undone(database) as session:
        system, people_of = Caller(session, SYSTEM, NOW), []
        for branch, unit_id in town.branch.items():
            station = people.add_unit(system, "城关派出所", "police", 3)
            people.place_unit(system, town.line, unit_id, station.id, DAY)
            people_of.append(town.join(session, station.id, f"{branch}所员"))
        caller = Caller(session, town.admin, NOW)
        sheet = code_sheets.issue_sheet(caller, SEAL, people_of, code_sheets.Origin.BULK)
        found = _read(session, town.admin, sheet)
        assert {each.unit for each in found.lines} == {f"{each}/城关派出所" for each in town.branch}
        assert {name for _, name, _ in found.units} == {each.unit for each in found.lines}
