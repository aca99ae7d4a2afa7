"""书签和笔记: a reader's own marks, one a section, seen by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.core.base import TextTooLong
from learnapp.db.study.models import Portion
from learnapp.domain.core.seen import mark_of
from learnapp.services.study import own_notes, portions


@pytest.fixture
def reading(office):
    caller = office.caller("officer", office.early)
    portion_id = office.session.scalars(select(Portion.id)).one()
    return caller, portions.open_portion(caller, portion_id)


def test_a_note_is_kept_replaced_and_taken_away(reading):
    caller, opened = reading
    assert own_notes.note_at(caller, opened, 0) is None
    own_notes.keep(caller, opened, 0, "", mark_of(""))
    assert own_notes.note_at(caller, opened, 0) == ""  # a bookmark alone
    own_notes.keep(caller, opened, 0, " 第二十条\r\n要点 ", mark_of(""))
    own_notes.keep(caller, opened, 0, " 第二十条\r\n要点 ", mark_of(""))
    (row,) = own_notes.notes_of(caller)
    assert (row.title, row.section, row.text) == ("读物", 0, "第二十条\n要点")
    for _ in range(2):
        own_notes.remove(caller, opened.portion.id, 0)
    assert own_notes.notes_of(caller) == []


def test_a_note_written_on_another_page_meanwhile_is_not_lost(reading):
    caller, opened = reading
    own_notes.keep(caller, opened, 0, "甲", mark_of(""))
    for _ in range(2):
        assert own_notes.keep(caller, opened, 0, "乙", mark_of(""))
        assert own_notes.note_at(caller, opened, 0) == "甲\n乙"
    assert own_notes.keep(caller, opened, 0, "", mark_of("甲"))
    assert own_notes.note_at(caller, opened, 0) == "甲\n乙"
    assert not own_notes.keep(caller, opened, 0, "丙", mark_of("甲\n乙"))
    assert own_notes.note_at(caller, opened, 0) == "丙"


def test_a_section_beyond_the_text_is_its_last_one(reading):
    caller, opened = reading
    own_notes.keep(caller, opened, 99, "末节", mark_of(""))
    assert own_notes.note_at(caller, opened, opened.last) == "末节"


def test_nobody_else_has_it(office, reading):
    caller, opened = reading
    own_notes.keep(caller, opened, 0, "自己看", mark_of(""))
    other = office.caller("other", office.early)
    assert own_notes.notes_of(other) == [] and own_notes.note_at(other, opened, 0) is None


def test_a_note_that_is_too_long_is_refused(reading):
    caller, opened = reading
    with pytest.raises(TextTooLong):
        own_notes.keep(caller, opened, 0, "长" * 1001, mark_of(""))
