"""附件: within reach, without a secrecy marking, for who may open the portion."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.files.models import StoredFile
from learnapp.db.study.models import Portion, Reading
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.study import attachments
from tests.unit.question_bank.pdf import pdf

SOUND = b"ID3\x04 and so on"


def _attach(office, words=("讲座录音", "大家好")) -> tuple[int, StoredFile]:
    caller = office.caller()
    reading_id = office.session.scalars(select(Reading.id)).one()
    reading = attachments.may_attach(caller, reading_id, "讲座.mp3", SOUND, words[1])
    new = NewFile("a" * 64, len(SOUND), "讲座.mp3", "audio/mpeg")
    file = staged_imports.keep_file(caller, reading.owner_unit_id, new)
    attachments.attach(caller, reading, file, words)
    return reading_id, file


def test_a_reader_of_the_portion_opens_it_until_it_is_taken_off(office):
    reading_id, file = _attach(office, ("", ""))
    portion_id = office.session.scalars(select(Portion.id)).one()
    officer = office.caller("officer")
    assert attachments.of_reader(officer, portion_id, file.public_id) is file
    assert attachments.of_staff(office.caller(), reading_id, file.public_id) is file
    (shown,) = attachments.attachments.attachments_of(office.session, reading_id)
    assert shown.row.title == "讲座"
    for _ in range(2):
        attachments.take_off(office.caller(), reading_id, file.public_id)
    with pytest.raises(NotFound):
        attachments.of_reader(officer, portion_id, file.public_id)


def test_one_out_of_reach_attaches_nothing(office):
    office.add_branch()
    reading_id = office.session.scalars(select(Reading.id)).one()
    with pytest.raises(NotFound):
        attachments.may_attach(office.caller("local"), reading_id, "a.mp3", SOUND, "")


@pytest.mark.parametrize(
    ("name", "transcript"), [("机密★1年.mp3", ""), ("a.mp3", "机密★1年\n正文")]
)
def test_a_secrecy_marking_in_name_or_transcript_is_refused(office, name, transcript):
    reading_id = office.session.scalars(select(Reading.id)).one()
    with pytest.raises(RuleBroken, match="secrecy_marking"):
        attachments.may_attach(office.caller(), reading_id, name, SOUND, transcript)


@pytest.mark.parametrize(
    ("data", "code"),
    [(pdf(["机密★1年", "关于某事"]), "secrecy_marking"), (b"%PDF-1.7 broken", "broken_file")],
)
def test_a_pdf_with_a_marking_or_without_pages_is_refused(data, code):
    with pytest.raises(RuleBroken, match=code):
        attachments.check_content("a.pdf", data)


def test_a_pdf_without_a_marking_is_taken():
    attachments.check_content("a.pdf", pdf(["关于学习的通知"]))
