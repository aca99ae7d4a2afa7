"""What the limited process answers about a file, frame by frame, and what is made of a bad answer."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from question_bank import guarded, sample
from question_bank.annotate import RejectedRecord
from question_bank.formats import Refused, Where, read
from question_bank.formats.packages.package import OLE
from question_bank.formats.writers import WRITERS
from question_bank.guarded import annotate_task, annotated_limited, office_task, read_task
from tests.unit.question_bank.banks import docx, paragraphs_xml

OLD = OLE + "WordDocument".encode("utf-16-le") + b"\0" * 600


def about(name: str, **declared: bool) -> dict[str, Any]:
    """What is said of a file to its reader."""
    return {"name": name, "declared": declared}


def numbered(count: int) -> bytes:
    """A text of so many statements."""
    return "\n".join(f"{n}.第{n}项权利依法行使（对）" for n in range(1, count + 1)).encode()


def test_a_long_file_is_answered_in_parts_each_of_which_is_json_and_none_of_which_is_lost() -> None:
    head, *parts = read_task(numbered(450), about("a.txt"))
    assert json.loads(json.dumps([head, *parts])) == [head, *parts]
    assert head["format"] == "txt" and [len(each["records"]) for each in parts] == [200, 200, 50]
    places = [record["where"]["paragraph"] for each in parts for record in each["records"]]
    assert places == list(range(1, 451))


@pytest.mark.parametrize("form", ["xlsx", "docx", "gift"])
def test_the_answer_about_a_file_on_disk_is_put_together_to_what_was_read(
    tmp_path: Path, form: str
) -> None:
    data = WRITERS[form].write(sample.load(), {})
    (tmp_path / "bank").write_bytes(data)
    head, *rest = read_task(tmp_path / "bank", about(f"题库.{form}"))
    found, here = guarded._bank_file(head, iter(rest)), read(data, f"题库.{form}")
    assert list(found.records) == list(here.records) and len(found.records) > 0
    assert (found.format, found.notes, found.media) == (here.format, here.notes, here.media)


def test_what_is_not_ready_keeps_its_reasons_its_text_and_its_draft_on_the_way() -> None:
    data = "1.下列哪项正确？\nA.甲\nB.乙\n2.甲依法行使权利（对）".encode()
    head, *rest = read_task(data, about("a.txt"))
    found, here = guarded._bank_file(head, iter(rest)), read(data, "a.txt")
    open_question = found.records[0]
    assert open_question.question is None and open_question.draft and open_question.reasons
    assert list(found.records) == list(here.records)


def test_each_picture_follows_its_name_behind_all_records() -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (9, 5), "red").save(drawn, "PNG")
    uri = f'<img src="data:image/png;base64,{_base64(drawn.getvalue())}">'
    answers = list(read_task(_moodle(uri), about("a.xml")))
    head, records, named, content = answers
    assert head["format"] == "moodle" and len(records["records"]) == 1
    assert named["mime"] == "image/png" and Image.open(io.BytesIO(content)).size == (9, 5)
    found = guarded._bank_file(head, iter(answers[1:]))
    assert found.media[named["sha256"]].data == content


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _moodle(inside: str) -> bytes:
    return (
        '<quiz><question type="truefalse"><name><text>q</text></name><questiontext format="html">'
        f"<text><![CDATA[<p>如图{inside}，甲有权</p>]]></text></questiontext>"
        '<answer fraction="100"><text>true</text></answer>'
        '<answer fraction="0"><text>false</text></answer></question></quiz>'
    ).encode()


def test_an_old_document_is_not_converted_within_the_limits_of_reading_but_asked_for() -> None:
    assert list(read_task(OLD, about("旧.wps"))) == [{"office": "wps"}]


def test_the_conversion_of_bytes_and_of_a_file_on_disk_is_refused_alike_without_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "old").write_bytes(OLD)
    for source in (OLD, tmp_path / "old"):
        with pytest.raises(Refused) as refused:
            list(office_task(source, {"office": "wps"}))
        assert (refused.value.code, refused.value.params) == ("old_format", {"extension": "wps"})


def _troubles(said: str) -> dict[str, Any]:
    """One trouble with the second paragraph, as it is said to the process."""
    return {
        "form": "docx",
        "troubles": [{"where": {"paragraph": 2}, "raw": "2.乙问", "remark": said}],
    }


def test_troubles_come_back_as_a_file_that_names_its_ending_first(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(docx(paragraphs_xml("1.甲问（对）")))
    for source in (tmp_path / "a", docx(paragraphs_xml("1.甲问（对）"))):
        told, content = annotate_task(source, _troubles("没有答案"))
        assert told == {"ending": "docx"}
        (record,) = read(content, "a.docx").records
        assert "乙问" in record.raw and "没有答案" not in record.raw


def test_the_annotated_file_made_there_is_the_one_that_would_be_made_here() -> None:
    trouble = RejectedRecord(Where(paragraph=2), "2.乙问", "没有答案")
    content, ending = annotated_limited("1.甲问（对）\n2.乙问".encode(), "txt", [trouble])
    lines = content.decode("utf-8-sig").splitlines()
    assert ending == "txt" and lines[0].endswith("没有答案") and lines[1] == "2.乙问"


WHOLE = {"format": "txt", "notes": []}
BAD = {
    "a head without notes": ({"format": "txt"}, []),
    "a place that is none": (
        {**WHOLE, "notes": [{"code": "a", "params": {}, "place": {"shelf": 1}}]},
        [],
    ),
    "a record without a place": (WHOLE, [{"records": [{"outcome": "ready"}]}]),
    "an outcome that is none": (
        WHOLE,
        [
            {
                "records": [
                    {
                        "where": {},
                        "outcome": "perfect",
                        "question": None,
                        "reasons": [],
                        "raw": "",
                        "draft": {},
                    }
                ]
            }
        ],
    ),
    "a picture without its type": (WHOLE, [{"sha256": "a"}, b"content"]),
}


@pytest.mark.parametrize("kind", BAD)
def test_an_answer_that_does_not_have_the_agreed_shape_is_a_broken_file(kind: str) -> None:
    head, answers = BAD[kind]
    with pytest.raises(Refused, match="broken_file"):
        guarded._bank_file(head, iter(answers))
