"""Pictures: whoever may see what shows one may see it, and nobody else learns that there is one."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.study.models import Portion
from learnapp.domain.core.errors import NotFound
from learnapp.domain.files.imports import ImportKind
from learnapp.services.bank import banks, media
from learnapp.services.bank.banks import Entering
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found, NewFile
from learnapp.services.practice import free_practice
from learnapp.services.practice.free_practice import GivenAnswer
from learnapp.services.study import programme_lines, programmes, publishing, readings
from tests.services.bank.questions import made, pictured
from tests.services.refusals import refused

STEM, WHY, UNUSED = "a" * 64, "b" * 64, "c" * 64
KINDS = {STEM: "image/png", WHY: "image/jpeg"}
UNSEEN = "picture_unknown"


def _sees(office, login, sha256=STEM):
    try:
        return media.media_type(office.caller(login, office.early), sha256)
    except NotFound:
        return None


@pytest.fixture
def question(office):
    """A question for exams alone, with a picture in its stem and another in its explanation."""
    bank = office.session.scalars(select(Bank)).one()
    added = made(pictured(STEM), explanation=pictured(WHY))
    banks.add_questions(office.caller(), bank, [added], Entering("exam", KINDS))
    newest = select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(1)
    return office.session.scalars(newest).one()


def test_staff_of_the_bank_see_its_pictures_and_nobody_else_does(office, question):
    office.add_branch()
    assert (_sees(office, "admin"), _sees(office, "admin", WHY)) == ("image/png", "image/jpeg")
    assert [_sees(office, login) for login in ("officer", "head", "local")] == [None] * 3
    with refused(UNSEEN):
        media.media_type(office.caller(), UNUSED)


def test_in_practice_a_picture_is_seen_with_its_question_and_that_of_the_why_with_its_key(
    office, question
):
    question.use = "both"
    office.session.flush()
    assert (_sees(office, "officer"), _sees(office, "officer", WHY)) == ("image/png", None)
    caller, event = office.caller("officer", office.early), str(uuid.uuid4())
    asked = free_practice.ask(caller, question.id, event)
    free_practice.answer(caller, asked, event, GivenAnswer({"options": asked.option_order[:1]}))
    assert _sees(office, "officer", WHY) == "image/jpeg"
    assert _sees(office, "other", WHY) is None


def test_the_picture_of_a_check_question_is_seen_by_its_readers(office, question):
    assert _sees(office, "officer") is None
    office.session.scalars(select(Portion)).one().check_version_id = question.id
    office.session.flush()
    assert (_sees(office, "officer"), _sees(office, "officer", WHY)) == ("image/png", None)


@pytest.mark.parametrize("kind", [ImportKind.QUESTIONS, ImportKind.READING])
def test_the_pictures_of_an_import_are_for_who_may_confirm_it(office, kind):
    office.add_branch()
    caller = office.caller()
    file = staged_imports.keep_file(caller, office.unit_id, NewFile("d" * 64, 1, "a.docx", "docx"))
    job = staged_imports.stage(caller, kind, file, Found([]))
    staged_imports.keep_pictures(office.session, job, KINDS)
    assert [_sees(office, login) for login in ("admin", "local", "officer")] == [
        "image/png",
        None,
        None,
    ]


def _reading(office, classification):
    html = f'<p>正文</p><img src="/media/{STEM}" alt="">'
    sections = [{"heading": "一", "html": html, "length": 600}]
    about = {"title": "图文", "source": "", "category": "", "classification": classification}
    return readings.add_reading(office.caller(), office.unit_id, about, sections, KINDS).id


def test_a_public_text_shows_its_pictures_to_everybody(office):
    _reading(office, "public")
    assert _sees(office, "root") == _sees(office, "officer") == "image/png"


def test_an_internal_text_shows_its_pictures_to_whom_it_is_asked_of(office):
    reading = _reading(office, "internal")
    assert (_sees(office, "admin"), _sees(office, "officer")) == ("image/png", None)
    programmes.revise(office.caller(), office.programme_id)
    programme_lines.require_reading(office.caller(), office.programme_id, reading)
    publishing.publish(office.caller(), office.programme_id)
    assert _sees(office, "officer") == "image/png"
