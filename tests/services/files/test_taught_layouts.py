"""Layouts that were taught: kept within reach under a name, put away, and a file read again by one."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.files.imports import JobState
from learnapp.services.bank import banks, question_entry, question_imports
from learnapp.services.files import file_reading, taught_layouts
from tests.services.bank.question_files import kept_file, staged
from tests.services.refusals import refused
from tests.small_office import NOW

LAYOUT = {"parts": []}


@pytest.fixture
def bank(office):
    """A bank of its own for what comes in."""
    return banks.add_bank(office.caller(), office.unit_id, "新题库", "public")


def test_a_layout_is_kept_under_a_name_until_it_is_put_away(office):
    kept = taught_layouts.keep(office.caller(), office.unit_id, " 政治处 ", LAYOUT)
    assert [each.name for each in taught_layouts.saved(office.caller())] == ["政治处"]
    assert taught_layouts.layout_of(office.caller(), kept.id) == LAYOUT
    for _ in range(2):
        taught_layouts.put_away(office.caller(), kept.id)
        office.session.flush()
    assert taught_layouts.saved(office.caller()) == []
    with pytest.raises(NotFound):
        taught_layouts.layout_of(office.caller(), kept.id)


@pytest.mark.parametrize(
    ("name", "code"), [(" ", "layout_name_needed"), ("长" * 201, "value_too_long")]
)
def test_a_layout_needs_a_name(office, name, code):
    with refused(code):
        taught_layouts.keep(office.caller(), office.unit_id, name, LAYOUT)


def test_a_staged_file_is_read_again_by_a_layout(office, bank):
    job = staged(office, bank)
    taught_layouts.read_by(office.caller(), job.public_id, LAYOUT)
    assert job.state == JobState.READING
    assert question_imports.declared_of(job.settings).layout == LAYOUT


def test_a_file_in_which_nothing_was_made_out_is_read_again_and_one_that_is_secret_is_not(
    office, bank
):
    job = question_imports.begin(office.caller(), bank, kept_file(office))
    file_reading.refuse(office.session, NOW, job.id, "no_questions", {"lines": []})
    taught_layouts.read_by(office.caller(), job.public_id, LAYOUT)
    assert (job.state, job.ended_at) == (JobState.READING, None)
    file_reading.refuse(office.session, NOW, job.id, "secrecy_marking", {"marking": "机密★"})
    with pytest.raises(Conflict):
        taught_layouts.read_by(office.caller(), job.public_id, LAYOUT)


def test_what_has_come_in_is_not_read_again(office, bank):
    job = staged(office, bank)
    question_entry.confirm(office.caller(), job.public_id)
    with pytest.raises(Conflict):
        taught_layouts.read_by(office.caller(), job.public_id, LAYOUT)
