"""The library from a command line, as another program calls it: exit codes, streams, JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from question_bank import sample
from question_bank.formats.writers import WRITERS

TEXT = """一、单选题
1.甲问
A.一
B.二
答案：B
解析：因为
2.乙问
A.一
B.二
3.丙说
二、判断题
1.丁说
答案：错
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in a place without UTF-8."""
    command = [sys.executable, "-m", "question_bank", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env={"LC_ALL": "C", "PATH": ""}, timeout=60
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "题.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_inspect_prints_one_object_of_the_agreed_shape(file: Path) -> None:
    done = run("inspect", file, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert list(told) == ["file", "format", "total", "outcomes", "types", "records", "notes"]
    assert (told["file"], told["format"], told["total"]) == ("题.txt", "txt", 4)
    assert told["outcomes"] == {"ready": 2, "to_confirm": 2, "not_understood": 0}
    assert sum(told["types"].values()) == told["total"]
    assert told["types"]["single"] == 3 and told["types"]["true_false"] == 1
    first = told["records"][0]
    assert list(first) == [
        *("where", "outcome", "type", "passage", "stem", "options", "answer", "explanation"),
        *("category", "reasons"),
    ]
    assert (first["answer"], first["options"], first["explanation"]) == ("B", ["一", "二"], "因为")
    answers = [(each["answer"], each["reasons"]) for each in told["records"]]
    assert answers[1] == (None, ["no_answer"]) and answers[3] == ("false", [])


def test_a_refused_file_says_why_on_stderr_and_exits_2(tmp_path: Path, file: Path) -> None:
    marked = tmp_path / "a.txt"
    marked.write_text(f"机密★10年\n{TEXT}", encoding="utf-8")
    for path, said in ((marked, "密级"), (tmp_path / "none.txt", "none.txt")):
        done = run("inspect", path, "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr and done.stderr.count("\n") == 1
    english = run("--language", "en", "inspect", marked)
    assert "secrecy marking" in english.stderr


def test_lint_exits_1_where_there_is_something_to_look_at(tmp_path: Path, file: Path) -> None:
    assert run("lint", file).returncode == 1
    clean = tmp_path / "a.yaml"
    clean.write_bytes(WRITERS["yaml"].write(sample.load(), {}))
    assert run("lint", clean).returncode == 0


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_a_bank_is_converted_and_what_is_lost_is_told(tmp_path: Path, form: str) -> None:
    bank = tmp_path / "a.yaml"
    bank.write_bytes(WRITERS["yaml"].write(sample.load(), {}))
    target = tmp_path / f"b.{form}"
    done = run("convert", bank, "-o", target)
    assert done.returncode == 0 and target.stat().st_size > 0
    assert "写出" in done.stderr
    if form == "aiken":
        assert "没有“category”" in done.stderr


def test_a_format_that_is_not_written_is_refused(tmp_path: Path, file: Path) -> None:
    done = run("convert", file, "-o", tmp_path / "a.pdf")
    assert done.returncode == 2 and "gift" in done.stderr
