"""Old Word and WPS files: converted by the machine's office program, cut off, or refused with a reason."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from question_bank.formats import Refused
from question_bank.formats.office import legacy_office
from question_bank.formats.office.legacy_office import as_docx, check_macros, has_macros
from question_bank.formats.packages.package import OLE

OLD = OLE + "WordDocument".encode("utf-16-le") + b"\0" * 600
WITH_MACROS = OLD + "_VBA_PROJECT".encode("utf-16-le")
# What LibreOffice does with our arguments: the document beside the profile, by the source's name.
CONVERTS = """
while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out=$2; shift; done
name=${1##*/}
{ printf 'converted '; cat "$1"; } > "$out/${name%.*}.docx"
"""
CUTS_OFF = 'while [ "$1" != -- ]; do shift; done; shift\nexec env CUT_OFF=1 "$@"'


class Machine:
    """A machine whose programs are those that a test puts there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.record = folder / "record"

    def has(self, program: str, script: str) -> None:
        """Put a program there; what it is called with and its surroundings are recorded."""
        noted = f"printf '%s\\n' \"{program} $*\" >> {self.record}; env >> {self.record}"
        path = self._folder / "bin" / program
        path.write_text(f"#!/bin/sh\n{noted}\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    @property
    def recorded(self) -> str:
        """What was recorded, nothing where no program ran."""
        return self.record.read_text(encoding="utf-8") if self.record.exists() else ""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with neither an office program nor a way to cut programs off."""
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "env", "cat", "true", "sleep"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return Machine(tmp_path)


def refusal(data: bytes, extension: str = "doc") -> tuple[str, dict[str, object]]:
    """Why a document is not converted."""
    with pytest.raises(Refused) as refused:
        as_docx(data, extension)
    return refused.value.code, dict(refused.value.params)


def test_without_an_office_program_an_old_file_is_refused_by_its_kind(machine: Machine) -> None:
    assert refusal(OLD, "wps") == ("old_format", {"extension": "wps"})


@pytest.mark.parametrize("program", ["soffice", "libreoffice"])
def test_the_office_program_makes_a_docx_of_it_under_either_of_its_names(
    machine: Machine, program: str
) -> None:
    machine.has(program, CONVERTS)
    assert as_docx(OLD, "doc") == b"converted " + OLD


def test_it_is_run_without_windows_in_a_profile_of_its_own_that_is_gone_afterwards(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEARNAPP_DATABASE_URL", "postgresql://secret")
    machine.has("soffice", CONVERTS)
    as_docx(OLD, "doc")
    called, *surroundings = machine.recorded.splitlines()
    words = called.split()
    profile = next(each for each in words if each.startswith("-env:UserInstallation=file://"))
    folder = Path(profile.removeprefix("-env:UserInstallation=file://")).parent
    assert "--headless" in words and words[-1] == str(folder / "bank.doc")
    assert f"HOME={folder}" in surroundings and not folder.exists()
    assert not any(each.startswith("LEARNAPP") for each in surroundings)


def test_an_ending_that_names_a_place_does_not_lead_the_file_there(machine: Machine) -> None:
    machine.has("soffice", CONVERTS)
    assert as_docx(OLD, "/../../escaped") == b"converted " + OLD
    assert machine.recorded.splitlines()[0].endswith("/bank.doc")


@pytest.mark.parametrize("script", ["exit 1", "exit 0"], ids=["fails", "writes nothing"])
def test_a_document_that_the_program_cannot_convert_is_refused(
    machine: Machine, script: str
) -> None:
    machine.has("soffice", script)
    assert refusal(OLD) == ("old_format", {"extension": "doc"})


def test_a_program_that_does_not_end_is_ended_and_the_document_refused(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy_office, "_SECONDS", 0.3)
    machine.has("soffice", "printf 'number=%s\\n' $$ >> \"${0%/*}/../record\"; exec sleep 600")
    assert refusal(OLD) == ("old_format", {"extension": "doc"})
    numbers = [each for each in machine.recorded.splitlines() if each.startswith("number=")]
    assert all(not os.path.exists(f"/proc/{each.removeprefix('number=')}") for each in numbers)


def test_macros_are_found_in_old_documents_alone() -> None:
    assert has_macros(WITH_MACROS) and not has_macros(OLD)
    assert not has_macros(b"PK\x03\x04" + WITH_MACROS)


def test_a_document_with_macros_is_refused_until_somebody_agrees_to_lose_them() -> None:
    with pytest.raises(Refused, match="macros_old"):
        check_macros(WITH_MACROS, without=False)
    check_macros(WITH_MACROS, without=True)
    check_macros(OLD, without=False)


@pytest.mark.parametrize("unshare", [None, "exit 1"], ids=["no way there", "not permitted"])
def test_macros_never_reach_a_program_that_has_the_network(
    machine: Machine, unshare: str | None
) -> None:
    machine.has("soffice", CONVERTS)
    if unshare is not None:
        machine.has("unshare", unshare)
    assert refusal(WITH_MACROS) == ("no_sandbox", {})
    assert "soffice" not in machine.recorded
    assert as_docx(OLD, "doc") == b"converted " + OLD  # one without macros is converted


def test_a_document_with_macros_is_converted_where_the_program_is_cut_off(machine: Machine) -> None:
    machine.has("soffice", CONVERTS + '[ "$CUT_OFF" = 1 ]')
    machine.has("unshare", CUTS_OFF)
    assert as_docx(WITH_MACROS, "doc") == b"converted " + WITH_MACROS
    calls = [line for line in machine.recorded.splitlines() if line.startswith("unshare ")]
    assert len(calls) == 2 and all(" --net " in line for line in calls)
