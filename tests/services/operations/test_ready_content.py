"""The content that comes with the product: given to a unit whole, and a second time nothing more."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from learnapp.db.bank.models import Bank, BankQuestion, QuestionVersion
from learnapp.db.study.models import Portion, Reading
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.operations import ready_content
from question_bank import library


def _load(caller, unit_id):
    """All parts, each as by itself."""
    loaded = (ready_content.load(caller, unit_id, part) for part in ready_content.parts())
    return sum(loaded, ready_content.Added())


def _count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_unit_gets_all_of_it_once(office):
    caller = replace(office.caller("admin"), actor=SYSTEM)
    session = office.session
    before = _count(session, Portion)
    unchecked_before = session.scalar(
        select(func.count()).where(Portion.check_version_id.is_(None))
    )
    added = _load(caller, office.unit_id)
    wanted = ready_content.questions()
    checks = sum(map(len, library.checks().values()))
    assert added == ready_content.Added(len(wanted), checks, len(library.readings()))
    assert _load(caller, office.unit_id) == ready_content.Added(0, 0, 0)
    store = ready_content.bank_of(caller, office.unit_id, ready_content.QUESTIONS_BANK)
    in_store = select(func.count()).where(BankQuestion.bank_id == store.id)
    assert session.scalar(in_store) == len(wanted)
    assert _count(session, Portion) - before >= len(library.readings())
    unchecked = select(func.count()).where(Portion.check_version_id.is_(None))
    assert session.scalar(unchecked) == unchecked_before


def test_what_a_unit_has_stays_as_it_is(office):
    """A reading that was put away does not come again, and the bank of checks is one."""
    caller = replace(office.caller("admin"), actor=SYSTEM)
    session = office.session
    ready_content.add_readings(caller, office.unit_id, ready_content.library_readings()[:1])
    (reading,) = session.scalars(select(Reading).order_by(Reading.id.desc()).limit(1))
    reading.retired_at = caller.now
    part = ready_content.ContentPart(readings=ready_content.library_readings()[:2])
    assert ready_content.load(caller, office.unit_id, part).readings == 1
    names = session.scalars(select(Bank.name).where(Bank.owner_unit_id == office.unit_id)).all()
    assert names.count(ready_content.CHECKS_BANK) == 1


def test_its_questions_are_nobodys_so_that_nobody_is_recused(office):
    ready_content.add_questions(
        office.caller("admin"), office.unit_id, ready_content.questions()[:3]
    )
    authors = office.session.scalars(
        select(QuestionVersion.recorded_by).order_by(QuestionVersion.id.desc()).limit(3)
    ).all()
    assert authors == [None] * 3
