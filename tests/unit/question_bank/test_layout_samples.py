"""Layouts, each in a small file of our own with what is right beside it; and the score of such files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from question_bank.__main__ import main
from question_bank.formats import read
from question_bank.inspection import inspect_json

FOLDER = Path(__file__).parent / "layouts"
SAMPLES = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expect.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_layout_is_read_as_a_person_reads_it(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.stem}.expect.json").read_text())
    found = inspect_json(read(path.read_bytes(), path.name), path.name)
    records = [each for each in found["records"] if each["type"]]
    assert {kind: n for kind, n in found["types"].items() if n} == expected["types"]
    assert [each["answer"] for each in records] == expected["answers"]
    assert found["outcomes"]["ready"] == expected["ready"]
    if "options" in expected:
        assert [each["options"] for each in records] == expected["options"]


def write(folder: Path, name: str, text: str, **expected: object) -> None:
    (folder / f"{name}.txt").write_text(text)
    (folder / f"{name}.expect.json").write_text(json.dumps(expected))


def test_the_score_tells_right_doubtful_and_wrong_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "1.谁？\nA.甲\nB.乙\n答案：B\n2.谁？\nA.甲\nB.乙\n"
    write(tmp_path, "good", text, total=2, answers=["B", None])
    assert main(["score", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["1", "1", "0", "0", "—"]
    write(tmp_path, "bad", text, total=3, answers=["A", None])
    assert main(["score", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert told.splitlines()[-1].split() == ["1", "2", "1", "0", "—"]
    assert "total 2, expected 3" in told


def test_the_score_of_a_file_without_expectations_is_unchecked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("1.须登记（√）\n2.可代签（×）")
    assert main(["score", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["0", "0", "0", "2", "—"]
