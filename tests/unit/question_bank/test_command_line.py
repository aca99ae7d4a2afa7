"""The library from a command line, as another program calls it: exit codes, streams, JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
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


# Nothing of ours but what `make coverage` needs to follow a process.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
_ENVIRONMENT |= {"LC_ALL": "C", "PATH": ""}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in a place without UTF-8."""
    command = [sys.executable, "-m", "question_bank", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=_ENVIRONMENT, timeout=60
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


def test_lint_prints_the_figures_and_exits_1_when_a_limit_is_broken(tmp_path: Path) -> None:
    bank = tmp_path / "a.yaml"
    bare = [replace(each, source="") for each in sample.load()[:3]]
    bank.write_bytes(WRITERS["yaml"].write(bare, {}))
    done = run("lint", bank)
    assert (done.returncode, done.stderr) == (1, "")
    assert "[超限] 没有出处的题：3" in done.stdout and "第 3 行: 没有出处" in done.stdout
    assert "χ²" in done.stdout


def test_lint_of_a_folder_judges_its_files_together(tmp_path: Path) -> None:
    questions = sample.load()
    for name, part in (("a.yaml", questions[:40]), ("b.yaml", questions[40:])):
        (tmp_path / name).write_bytes(WRITERS["yaml"].write(part, {}))
    (tmp_path / "load.py").write_text("no questions")
    (tmp_path / "readings").mkdir()
    done = run("lint", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a.yaml（yaml）: 40" in done.stdout and "单选题：正确选项最长的 3/30" in done.stdout
    (tmp_path / "c.yaml").write_bytes(WRITERS["yaml"].write(questions[:1], {}))
    again = run("lint", tmp_path)
    assert again.returncode == 1 and "c.yaml 第 1 行: 与 a.yaml 第 1 行 相似度 100%" in again.stdout


def test_lint_of_a_folder_names_the_file_that_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(WRITERS["yaml"].write(sample.load(), {}))
    (tmp_path / "b.yaml").write_text("[]")
    done = run("lint", tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("b.yaml: ")
    assert "正确选项的位置" in done.stdout
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("lint", empty).returncode == 2


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
