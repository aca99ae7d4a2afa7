"""The reporting day in the crawl's installation: a report frozen, people reminded, a unit chased."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.jobs import background, reminders, reports, sessions
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.crawl.visitor import Visitor


def spend(database: Database, head: Visitor, now: datetime) -> None:
    """What the scheduler freezes, and what a head does about it."""
    reports.Freezing(database, lambda: now).round()
    issue = _first(r"/weekly/\d+/units/\d+", head.client.get("/weekly").text)
    head.landed(f"{issue}/comment", text="本周安保任务集中，下周补学。")
    briefing = head.landed(f"{issue}/briefing", next_steps="下周例会前补齐。")
    draft = briefing.partition("#")[0]
    seen = re.findall(r'name="seen" value="(\w+)"', head.client.get(draft).text)[0]
    head.landed(f"{draft}/issue", seen=seen)
    home = head.client.get("/progress", follow_redirects=True).text
    figures = head.client.get(_first(r"/progress/stages/\d+/units/\d+", home)).text
    head.landed(_first(r"/reminders/stages/\d+/units/\d+", figures), rule="overdue", do="all")
    reminders.send_waiting(database, lambda: now)
    _study_together(database, head, now)
    _chase(database, head, now, _first(r"/chases/stages/\d+/units/\d+/new", figures))
    _do_again(head, now, _first(r"/rework/stages/\d+/units/\d+", figures))
    _file(database, head, now)
    below = _first(r"/progress/stages/\d+/units/\d+", home)
    _make(database, now, head.landed(f"{below}/all-units"))


def inspect(group: Visitor, now: datetime) -> None:
    """A problem that somebody of a guidance group finds at the first unit that is not their own."""
    units = re.findall(
        r'<option(?: selected)? value="(\d+)"', group.client.get("/findings/new").text
    )
    words = {"title": "学习不实", "found": "笔记雷同。", "asked": "补学。"}
    due_on = str(now.date() + timedelta(days=9))
    for unit in units:
        if group.post("/findings/new", unit=unit, **words, due_on=due_on).status_code == 303:
            return
    raise AssertionError("no unit to inspect")


def _do_again(head: Visitor, now: datetime, path: str) -> None:
    """A reading that fell due is done again by the unit."""
    item = re.findall(r'name="items"[^>]*value="(\d+)"', head.client.get(path).text)[0]
    due_on = str(now.date() + timedelta(days=7))
    head.landed(path, items=item, reason="抽查不合格。", due_on=due_on, confirmed="1")


def _file(database: Database, head: Visitor, now: datetime) -> None:
    """The month's files, made."""
    unit = _unit(head, "/files")
    _make(database, now, head.landed("/files", unit=unit, year="2026", month="11"))


def _make(database: Database, now: datetime, at: str) -> None:
    """What was asked for is made in the background; `at` is the address of its page."""
    with database.reading() as session:
        wanted = select(BackgroundJob.id).where(
            BackgroundJob.public_id == at.rpartition("/")[2].partition("#")[0]
        )
        job_id = session.scalars(wanted).one()
    background.carry_out(database, lambda: now, job_id)


def _unit(head: Visitor, path: str) -> str:
    found = re.findall(r'<option(?: selected)? value="(\d+)"', head.client.get(path).text)
    return str(found[0])


def _study_together(database: Database, head: Visitor, now: datetime) -> None:
    """A session whose roll call is over, with nobody ticked, and one that is being held."""
    unit = _unit(head, "/sessions/new")
    starts_at = f"{now - timedelta(days=1):%Y-%m-%dT09:00}"
    form = {"unit": unit, "kind": "collective", "title": "集中学习", "starts_at": starts_at}
    head.landed(f"{head.landed('/sessions/new', **form)}/close")
    head.landed("/sessions/new", **form | {"starts_at": f"{now:%Y-%m-%dT11:30}"})
    sessions.credit(database, lambda: now)


def _chase(database: Database, head: Visitor, now: datetime, path: str) -> None:
    """A letter to the unit, for which a liaison answers."""
    unit_id = int(path.split("/")[-2])
    with database.writing() as session:
        grant = NewGrant(Role.LIAISON, unit_id, None, date(2026, 1, 1))
        roles.grant(Caller(session, SYSTEM, now), 9, grant)
    due_on = str(now.date() + timedelta(days=3))
    form = {"kind": "letter", "owner": "9", "reason": "请补学。", "condition": "behind"}
    head.landed(path, **form, target="0", due_on=due_on)


def _first(pattern: str, page: str) -> str:
    found = re.search(f'href="({pattern})"', page)
    if found is None:
        raise AssertionError(f"no {pattern}")
    return found.group(1)
