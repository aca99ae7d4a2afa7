"""What was made by mistake is put away, while nothing depends on it."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.bank.bank_use import is_empty
from learnapp.db.bank.banks import banks_in_reach
from learnapp.db.bank.models import Bank
from learnapp.db.study.models import Reading
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.bank import banks
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.operations import retiring
from learnapp.services.study import programme_lines, programmes, readings
from tests.services.refusals import refused

ABOUT = {"title": "旧文", "source": "", "category": "", "classification": "public"}
SECTION = {"heading": "一", "html": "<p>正文</p>", "length": 600}


def _empty_bank(office):
    return banks.add_bank(office.caller(), office.unit_id, "空题库", "public").id


def _reading(office):
    return readings.add_reading(office.caller(), office.unit_id, ABOUT, [SECTION]).id


def test_an_empty_bank_is_put_away_once(office):
    bank = _empty_bank(office)
    retiring.retire_bank(office.caller(), bank)
    office.session.flush()
    assert bank not in {each.bank.id for each in banks_in_reach(office.caller())}
    with refused("bank_unknown"):
        retiring.retire_bank(office.caller(), bank)


def test_a_bank_with_a_question_is_in_use(office):
    full = office.session.scalars(select(Bank.id)).one()
    with refused("bank_in_use"):
        retiring.retire_bank(office.caller(), full)
    assert not is_empty(office.session, full)
    assert is_empty(office.session, _empty_bank(office))


def test_a_bank_that_an_import_waits_to_fill_is_in_use_until_that_ends(office):
    bank, caller = _empty_bank(office), office.caller()
    file = staged_imports.keep_file(caller, office.unit_id, NewFile("0" * 64, 1, "题.docx", "docx"))
    job = staged_imports.new_job(caller, ImportKind.QUESTIONS, file, JobState.STAGED, bank)
    with refused("bank_in_use"):
        retiring.retire_bank(caller, bank)
    staged_imports.end(caller, job, JobState.CANCELLED)
    office.session.flush()
    retiring.retire_bank(caller, bank)


def test_a_reading_is_put_away_once_and_not_while_a_plan_asks_it_even_a_draft(office):
    asked = office.session.scalars(select(Reading.id)).one()
    drafted, unasked = _reading(office), _reading(office)
    programmes.revise(office.caller(), office.programme_id)
    programme_lines.require_reading(office.caller(), office.programme_id, drafted)
    for each in (asked, drafted):
        with refused("reading_in_use"):
            retiring.retire_reading(office.caller(), each)
    retiring.retire_reading(office.caller(), unasked)
    office.session.flush()
    with refused("reading_unknown"):
        retiring.retire_reading(office.caller(), unasked)


def test_what_is_out_of_reach_is_unknown(office):
    bank, reading = _empty_bank(office), _reading(office)
    office.add_branch()
    with refused("bank_unknown"):
        retiring.retire_bank(office.caller("local"), bank)
    with refused("reading_unknown"):
        retiring.retire_reading(office.caller("local"), reading)
