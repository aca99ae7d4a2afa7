"""Readings as their editor has them: staged, recorded in portions, given check questions that fit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.study import readings as reading_queries
from learnapp.db.study.models import Item, ReadingMedia, ReadingSection
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.study import readings
from learnapp.services.study.reading_text import Lost, ReadingText, TextSection
from question_bank.formats import MediaFile
from tests.services.refusals import refused

SHOWN, HIDDEN = "a" * 64, "b" * 64
PICTURE = MediaFile(b"", "image/png", "")
TEXT = ReadingText(
    "题目",
    "《法》",
    "刑法",
    [
        TextSection("一", f'<p>正文</p><img src="/media/{SHOWN}" alt="">', 1300),
        TextSection("二", "", 1300),
    ],
    [Lost("link", "一", 3)],
    {SHOWN: PICTURE, HIDDEN: PICTURE},
)
ABOUT = {"title": "新读物", "source": "", "category": "", "classification": "public"}


def _staged(office, login="admin", unit_id=None):
    caller = office.caller(login)
    file = staged_imports.keep_file(
        caller, unit_id or office.unit_id, NewFile("c" * 64, 9, "a.md", "md")
    )
    return readings.stage_reading(caller, file, TEXT)


def _confirmed(office, job, title=" 题目 "):
    return readings.confirm_reading(office.caller(), job.public_id, title, "《法》", "public")


def _reading(office, length=600, sections=1):
    rows = [{"heading": "节", "html": "<p>正文</p>", "length": length}] * sections
    return readings.add_reading(office.caller(), office.unit_id, ABOUT, rows).id


def test_a_staged_text_becomes_a_reading_with_an_item_for_each_portion(office):
    job = _staged(office)
    assert job.notes == [{"code": "link", "section": "一", "paragraph": 3, "params": {}}]
    reading = _confirmed(office, job)
    _, version = readings.reading_in_reach(office.caller(), reading.id)
    assert (version.title, version.category, version.length) == ("题目", "刑法", 2600)
    portions = [each.id for each in reading_queries.portions_of(office.session, reading.id)]
    titles = select(Item.title).where(Item.portion_id.in_(portions)).order_by(Item.id)
    assert office.session.scalars(titles).all() == ["题目（1/2）", "题目（2/2）"]
    assert reading_queries.last_sections(office.session, reading.id) == {1: 0, 2: 1}
    with refused("import_ended"):
        _confirmed(office, job)


def test_a_reading_keeps_the_pictures_that_it_shows_alone(office):
    _confirmed(office, _staged(office))
    assert office.session.scalars(select(ReadingMedia.sha256)).all() == [SHOWN]


def test_a_reading_has_a_title_and_a_section(office):
    job = _staged(office)
    with refused("name_needed"):
        _confirmed(office, job, " ")
    with refused("reading_empty"):
        _reading(office, sections=0)


def test_readings_are_staged_and_listed_within_reach(office):
    office.add_branch()
    with refused("not_found"):
        _staged(office, "local")
    reading = _reading(office)
    listed = [each.reading.id for each in readings.readings_in_reach(office.caller())]
    assert listed[0] == reading  # the newest
    assert readings.readings_in_reach(office.caller("local")) == []
    with refused("reading_unknown"):
        readings.reading_in_reach(office.caller("local"), reading)


def test_a_long_text_is_cut_into_portions_between_its_sections(office):
    reading = _reading(office, 1300, 3)
    portions = reading_queries.portions_of(office.session, reading)
    assert [each.ordinal for each in portions] == [1, 2, 3]
    sections = select(ReadingSection.portion_id).where(
        ReadingSection.portion_id.in_([each.id for each in portions])
    )
    assert set(office.session.scalars(sections)) == {each.id for each in portions}


def _set_check(office, reading, version_id, ordinal=1, login="admin"):
    readings.set_check(office.caller(login), reading, ordinal, version_id)
    return reading_queries.portions_of(office.session, reading)[0].check_version_id


@pytest.fixture
def version(office):
    """A published question of a closed type that may be practised."""
    wanted = select(QuestionVersion).where(QuestionVersion.type == "single")
    return office.session.scalars(wanted.order_by(QuestionVersion.id)).first()


def test_a_check_is_chosen_and_taken_away(office, version):
    reading = _reading(office)
    assert _set_check(office, reading, version.id) == version.id
    assert _set_check(office, reading, None) is None
    with refused("portion_unknown"):
        _set_check(office, reading, version.id, ordinal=2)


@pytest.mark.parametrize(
    ("field", "value"), [("type", "fill_blank"), ("use", "exam"), ("status", "draft")]
)
def test_a_check_is_a_published_question_of_a_closed_type_for_practice(
    office, version, field, value
):
    setattr(version, field, value)
    office.session.flush()
    with refused("check_question_unfit"):
        _set_check(office, _reading(office), version.id)


def test_what_a_paper_of_an_exam_that_is_not_over_may_have_is_no_check(office, version):
    office.hand_in("officer")  # the first who begins has the questions of the window chosen
    with refused("check_question_in_exam"):
        _set_check(office, _reading(office), version.id)
