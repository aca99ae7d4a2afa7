"""Bundles for other machines and other versions of Python: what goes there, and what they ask for."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ops import bundle
from ops.bundle import Release, fill_in
from ops.targets import HERE, MACHINES, NEWEST_GLIBC, PYTHONS, Target, glibc_of, lock_for
from tests.missing import not_tested

LOCK = (
    "always==1.0 \\\n    --hash=sha256:aa\n    # via learnapp\n"
    "older==2.0 ; python_full_version < '3.14' \\\n    --hash=sha256:bb\n"
    "other==3.0 ; platform_python_implementation == 'PyPy' \\\n    --hash=sha256:cc\n"
    "last==4.0 ; platform_machine == 'aarch64' \\\n    --hash=sha256:dd\n"
)


@pytest.mark.parametrize(
    ("machine", "python", "names"),
    [
        ("x86_64", "3.11", ["always", "older"]),
        ("x86_64", "3.14", ["always"]),
        ("aarch64", "3.13", ["always", "older", "last"]),
    ],
)
def test_of_the_lock_goes_there_what_its_markers_say_of_that_machine(machine, python, names):
    text = lock_for(LOCK, Target(machine, python))
    found = [line.split("==")[0] for line in text.splitlines() if "==" in line]
    assert found == names and " ; " not in text
    assert text.count("--hash=") == len(names)


def test_the_oldest_c_library_is_that_of_the_wheel_that_asks_for_the_newest():
    wheels = [
        "a-1.0-py3-none-any.whl",
        "b-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl",
        "c-1.0-cp39-abi3-manylinux_2_5_x86_64.manylinux1_x86_64.whl",
    ]
    assert glibc_of(iter(wheels)) == "2.17" and glibc_of(iter(wheels[:1])) == "2.5"
    assert glibc_of(iter([*wheels, "d-2-cp311-cp311-manylinux_2_28_x86_64.whl"])) == "2.28"


def test_a_bundle_can_be_made_for_every_python_that_the_application_runs_on():
    assert PYTHONS[0] == "3.11" and HERE.machine in MACHINES
    for machine in MACHINES:
        options = Target(machine, "3.12").pip_options()
        assert f"manylinux_2_28_{machine}" in options and f"manylinux2014_{machine}" in options
        assert not any("manylinux_2_29" in each for each in options)


@pytest.mark.slow
def test_the_other_kind_of_machine_has_a_wheel_of_everything() -> None:
    other = Target(next(each for each in MACHINES if each != HERE.machine), HERE.python)
    try:
        wheels = [each.name for each in bundle.fetch_wheels(other).iterdir()]
    except SystemExit as failed:
        assert "pip download" in str(failed)
        not_tested("Wheels of the other kind of machine could not be fetched from the registry")
    assert len(wheels) > 40 and not any(HERE.machine in each for each in wheels)
    assert tuple(map(int, glibc_of(iter(wheels)).split("."))) <= NEWEST_GLIBC


def test_a_c_library_that_is_too_old_is_named_before_anything_is_written(tmp_path: Path) -> None:
    script = tmp_path / "install.sh"
    fill_in("install.sh", script, Release("1.0", HERE, "99.9"))
    done = subprocess.run(
        ["sh", str(script), str(tmp_path / "target")],
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "需要 glibc 99.9" in done.stderr
    assert not (tmp_path / "target").exists()
