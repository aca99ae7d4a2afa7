"""The sample of the service may do little, and what the application needs."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.architecture.test_layers import ROOT

UNITS = sorted((ROOT / "ops/bundle").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_service_is_hardened_and_may_do_what_the_application_needs(unit):
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(lines)
    # The machine's start is told apart by /proc/sys/kernel/random/boot_id.
    assert "ProcSubset=pid" not in lines
    # Files from outside are read by a process that bounds itself: @resources has setrlimit.
    assert not any("@resources" in line for line in lines)
    tool = shutil.which("systemd-analyze")
    if tool is None:
        return
    order = [tool, "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
    done = subprocess.run(order, capture_output=True, text=True)
    if "unrecognized option" not in done.stderr:  # of systemd before 250
        assert done.returncode == 0, done.stdout[-400:] + done.stderr
