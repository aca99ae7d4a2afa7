"""The limited process that reads files: the same result, its limits, and that nothing goes round it."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from question_bank import limited, sample
from question_bank.formats import Refused, read
from question_bank.formats.writers import WRITERS
from question_bank.guarded import annotated_limited, read_limited
from question_bank.limited import Limits, run
from tests.unit.question_bank.banks import docx
from tests.unit.question_bank.pdf import pdf
from tests.unit.question_bank.test_hostile_files import FAR, QUESTION, with_sheet

ROOT = Path(__file__).parents[3]
HERE = "tests.unit.question_bank.test_limited"


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_a_file_is_the_same_read_there_as_read_here(form: str) -> None:
    data = WRITERS[form].write(sample.load(), {})
    here, there = read(data, f"a.{form}"), read_limited(data, f"a.{form}")
    assert list(there.records) == list(here.records)
    assert (there.format, there.notes, there.media) == (here.format, here.notes, here.media)


def test_what_is_refused_there_is_refused_here_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_limited("机密★10年\n1.甲问（对）".encode(), "a.txt")
    assert (refused.value.code, refused.value.params) == (
        "secrecy_marking",
        {"marking": "机密★10年"},
    )
    path = tmp_path / "far"
    path.write_bytes(with_sheet(FAR["a prefix"]))
    with pytest.raises(Refused, match="too_large"):
        read_limited(path, "a.xlsx")
    with pytest.raises(Refused, match="too_large"):
        annotated_limited(path.read_bytes(), "xlsx", [])


def eats_memory(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    yield len(bytearray(900 * limited.MB))


def eats_time(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    while True:
        pass


def waits(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", about["mark"]])
    time.sleep(600)
    yield 1


def dies(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    yield 1
    os.abort()


def floods(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    while True:
        yield b"x" * limited.MB


def fails(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    yield from ()
    raise ZeroDivisionError


def surroundings(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    print("what is printed is no answer")
    yield sorted(os.environ)


SMALL = Limits(memory=700 * limited.MB, cpu_s=1, wall_s=20, output=8 * limited.MB)


@pytest.mark.parametrize("task", ["eats_memory", "eats_time", "dies", "floods"])
def test_a_reader_beyond_its_limits_ends_and_the_next_file_is_read(task: str) -> None:
    with pytest.raises(Refused, match="too_costly"):
        list(run(f"{HERE}:{task}", b"", {}, SMALL))
    assert len(read_limited("1.甲问（对）".encode(), "a.txt").records) == 1


def test_the_clock_ends_a_reader_and_all_that_it_started() -> None:
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    with pytest.raises(Refused, match="too_costly"):
        list(run(f"{HERE}:waits", b"", {"mark": mark}, Limits(wall_s=4)))
    left = [each for each in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _bytes(each)]
    assert left == []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_failure_of_a_reader_is_a_broken_file() -> None:
    with pytest.raises(Refused, match="broken_file"):
        list(run(f"{HERE}:fails", b"", {}, SMALL))


def test_a_reader_gets_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNAPP_DATABASE_URL", "postgresql://secret")
    limited._end_spare()
    (names,) = run(f"{HERE}:surroundings", b"", {}, SMALL)
    assert not any(name.startswith("LEARNAPP") for name in names)


def test_a_file_is_read_on_after_the_spare_process_has_gone() -> None:
    read_limited("1.甲问（对）".encode(), "a.txt")
    for spare in limited._spare:
        spare.kill()
        spare.wait()
    assert len(read_limited("1.甲问（对）".encode(), "a.txt").records) == 1


# Nobody reads a stranger's file in a process of ours.

READERS = {
    "question_bank.formats": {"read", "read_path"},
    "question_bank.annotate": {"annotated"},
    "question_bank.formats.office.sheets": {
        "read_workbook",
        "read_old_workbook",
        "read_delimited",
        "rows_of",
    },
    "question_bank.formats.office.legacy_office": {"as_docx"},
    "question_bank.formats.packages.pictures": {"encode", "keep_picture"},
}
FOREIGN = {"zipfile", "python_calamine", "docx", "PIL", "lxml", "openpyxl"}
# These run in the limited process alone.
TASKS = {
    "duty_file.py",
    "roster_file.py",
    *(f"reading_{each}.py" for each in ("file", "docx", "tables", "runs")),
}


def test_no_module_of_the_application_parses_a_file_itself() -> None:
    found = []
    for path in [*(ROOT / "learnapp").rglob("*.py"), ROOT / "question_bank" / "__main__.py"]:
        if path.name in TASKS or path.parent.name == "reports":  # reports are written, not read
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {each.name for each in node.names}
                if READERS.get(node.module, set()) & names or node.module.split(".")[0] in FOREIGN:
                    found.append((path.name, node.module))
            elif isinstance(node, ast.Import):
                found += [
                    (path.name, n.name) for n in node.names if n.name.split(".")[0] in FOREIGN
                ]
    assert found == []


def test_an_old_document_is_converted_within_limits_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole.docx").write_bytes(docx(QUESTION))
    office = tmp_path / "soffice"
    office.write_text(
        "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ $1 = --outdir ] && out=$2; shift; done\n"
        f'ulimit -v > {tmp_path}/limit\ncp {tmp_path}/whole.docx "$out/bank.docx"\n'
    )
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    limited._end_spare()  # it was started with the path as it was
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0" * 600
    assert len(read_limited(old, "旧.doc").records) == 1
    assert int((tmp_path / "limit").read_text()) == limited.OFFICE.memory // 1024
    office.write_text("#!/bin/sh\nexit 1\n")
    limited._end_spare()
    with pytest.raises(Refused, match="old_format"):
        read_limited(old, "旧.doc")


def test_a_pdf_that_unpacks_without_end_takes_no_more_than_its_limits() -> None:
    packed = zlib.compress(b"BT " + b"(a) Tj " * 20_000_000)
    stream = f"<< /Length {len(packed)} /Filter /FlateDecode >>".encode()
    whole = pdf(["1.须登记。（√）"])
    start = whole.rindex(b"<< /Length")
    bomb = whole[:start] + stream + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    bomb += b"trailer\n<< /Root 1 0 R >>\n"
    with pytest.raises(Refused) as refused:
        read_limited(bomb, "a.pdf", Limits(memory=600 * limited.MB, cpu_s=5))
    assert refused.value.code in ("too_costly", "broken_file", "pdf_scanned")


def test_who_finds_every_turn_taken_is_told_so_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_TURNS", threading.BoundedSemaphore(1))
    first = run(f"{HERE}:surroundings", b"", {}, SMALL)
    next(first)
    with pytest.raises(Refused, match="too_busy"):
        next(run(f"{HERE}:surroundings", b"", {}, Limits(wait_s=0)))
    first.close()
    assert len(read_limited("1.甲问（对）".encode(), "a.txt").records) == 1


def _many_empty_paragraphs(count: int) -> bytes:
    """A small document that unpacks to very many paragraphs."""
    into = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx(QUESTION))) as whole,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in whole.namelist():
            data = whole.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * count)
            packed.writestr(name, data)
    return into.getvalue()


def test_a_small_file_gets_less_time_than_a_large_one() -> None:
    small, middle, large = (
        limited.soon(size) for size in (10_000, limited.MB // 2, 50 * limited.MB)
    )
    assert (small.cpu_s, middle.cpu_s, large) == (6, 13, limited.SOON)
    assert small.wall_s < middle.wall_s <= large.wall_s


def test_a_small_file_that_costs_much_is_given_up_by_the_time_of_its_size() -> None:
    file = _many_empty_paragraphs(3_000_000)
    assert len(file) < 100_000
    before = os.times()
    with pytest.raises(Refused, match=r"too_costly|too_large"):
        read_limited(file, "a.docx")
    after = os.times()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    assert spent < limited.soon(len(file)).cpu_s + 4


def loses_its_temper(_source: object, _about: object) -> Iterator[Any]:
    """Fails with what the file says in its message."""
    raise ValueError("no such person: 宋沐阳 13800000000")
    yield


def test_a_failure_is_logged_by_its_place_without_what_the_file_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(Refused, match="broken_file"):
        list(run(f"{HERE}:loses_its_temper", b"", {}, SMALL))
    (line,) = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert "ValueError in test_limited.py:" in line and "\n" not in line
    assert "13800000000" not in line and "宋沐阳" not in line
