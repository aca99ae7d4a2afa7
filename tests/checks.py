"""A check question put at the end of the small office's reading, and further things to read."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.current_keys import newest_key
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Portion
from learnapp.domain.core.calendar import CalendarKind, local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.study import programme_lines, programmes, publishing, readings
from tests.small_office import NOW


def put_check(session: Session, type_: str = "single") -> tuple[list[str], list[str]]:
    """Give portion 1 a check question of a type: (its right options, its wrong ones)."""
    version = session.scalars(
        select(QuestionVersion).where(QuestionVersion.type == type_).order_by(QuestionVersion.id)
    ).first()
    assert version is not None
    session.get_one(Portion, 1).check_version_id = version.id
    right = list(newest_key(session, version.id).key["options"])
    return right, [each["id"] for each in version.options if each["id"] not in right]


def ask_long_reading(session: Session) -> None:
    """A second programme in force that asks a reading of two portions, each of two sections."""
    admin = Actor(1, grants_of(session, 1, local_day(NOW)))
    unit_id = session.scalars(select(Unit.id).order_by(Unit.id)).first()
    about = {"title": "长篇", "source": "", "category": "", "classification": "public"}
    text = "".join(f"<p>{'长' * 200}</p>" for _ in range(3))
    sections = [{"heading": f"第{n}节", "html": text, "length": 600} for n in range(1, 5)]
    reading = readings.add_reading(Caller(session, admin, NOW), unit_id, about, sections)
    line = default_line(session)
    stage = programmes.StagePlan("又一阶段", date(2026, 11, 16), date(2026, 12, 4))
    programme, _row = programmes.add_programme(
        Caller(session, admin, NOW),
        programmes.NewProgramme(unit_id, line.id, "又一计划", CalendarKind.WORKING),
        stage,
    )
    programme_lines.require_reading(Caller(session, admin, NOW), programme.id, reading.id)
    publishing.publish(Caller(session, admin, NOW), programme.id)
