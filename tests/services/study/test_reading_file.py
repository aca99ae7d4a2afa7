"""A file becomes a text in a limited process, in little time, or is refused whole."""

from __future__ import annotations

import time

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.services.study.reading_file import _read, read_text
from learnapp.services.study.reading_text import pictures_in
from question_bank.formats import Refused
from tests.pace import cpu_since
from tests.services.refusals import refused
from tests.services.study.word import RELATIONS, A, R, paragraph, png, text_of
from tests.unit.question_bank.banks import docx
from tests.unit.question_bank.test_hostile_files import DOCUMENTS


def test_a_text_of_nothing_but_a_picture_is_a_text() -> None:
    (section,) = text_of("<w:p><w:r><a:blip r:embed='rId1'/></w:r></w:p>").sections
    assert section.length == 0 and pictures_in(section.html)


@pytest.mark.parametrize("what", sorted(DOCUMENTS))
def test_a_small_document_is_read_in_little_time(what: str) -> None:
    body, members = DOCUMENTS[what]
    start = time.process_time()
    try:
        _read(docx(paragraph("正文") + body, **members), "a.docx")
    except (Refused, RuleBroken) as refused:
        assert refused.code in ("broken_file", "too_large")
    assert cpu_since(start) < 4


def test_a_word_file_and_its_pictures_come_whole_out_of_the_limited_process() -> None:
    blip = f"<w:p {R} {A}><w:r><a:blip r:embed='rId1'/></w:r></w:p>"
    members = {
        "word___rels__document_dot_xml_dot_rels": RELATIONS,
        "word__media__a_dot_png": png(),
    }
    text = read_text(docx(paragraph("正文") + blip, **members), "讲稿.DOCX")
    assert text.title == "讲稿"
    ((sha256, picture),) = text.pictures.items()
    assert pictures_in(text.sections[0].html) == {sha256}
    assert (picture.mime, picture.data) == ("image/png", png())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_plain_text_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    (section,) = _read("云岭市".encode(encoding), "a.txt").sections
    assert "云岭市" in section.html


@pytest.mark.parametrize(
    ("data", "code"), [(b"\xff\xff\xff", "not_text"), (b" \n", "reading_empty")]
)
def test_bytes_that_are_no_text_and_a_text_without_words_are_refused(
    data: bytes, code: str
) -> None:
    with refused(code):
        _read(data, "a.txt")


def test_a_file_is_refused_by_its_name_or_by_what_the_process_says() -> None:
    with refused("wrong_type"):
        read_text(b"", "a.pdf")
    with refused("broken_file"):
        read_text(b"no archive", "a.docx")
