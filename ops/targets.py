"""For which machine and Python a bundle is made, what of the lock goes there, and what its wheels ask for."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.markers import Marker

MACHINES = ("x86_64", "aarch64")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# The C library that Kylin V10 and openEuler 20.03 have; what asks for a newer one is not bundled.
NEWEST_GLIBC = (2, 28)
_FORMER_NAMES = ("manylinux1", "manylinux2010", "manylinux2014")
_NAMED = re.compile(r"manylinux_(\d+)_(\d+)_")
_FORMER = re.compile(r"manylinux(1|2010|2014)_")
_GLIBC_OF = {"1": (2, 5), "2010": (2, 12), "2014": (2, 17)}
_REQUIREMENT = re.compile(r"^(\S+==[^\s;\\]+)(?:\s*;\s*([^\\]+?))?(\s*\\)?$")


@dataclass(frozen=True)
class Target:
    """A kind of machine, as `uname -m` calls it, and a version of Python."""

    machine: str
    python: str

    @property
    def name(self) -> str:
        """As a part of file names."""
        return f"linux-{self.machine}-py{self.python}"

    def pip_options(self) -> list[str]:
        """What tells pip to choose wheels for it, wherever it runs."""
        major, newest = NEWEST_GLIBC
        tags = [f"manylinux_{major}_{minor}" for minor in range(newest, 4, -1)]
        platforms = [f"{tag}_{self.machine}" for tag in (*tags, *_FORMER_NAMES)]
        chosen = [word for each in platforms for word in ("--platform", each)]
        return [*chosen, "--python-version", self.python, "--implementation", "cp"]

    def environment(self) -> dict[str, str]:
        """What markers of requirements are held against (PEP 508)."""
        return {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }


HERE = Target(platform.machine(), f"{sys.version_info.major}.{sys.version_info.minor}")


def lock_for(lock: str, target: Target) -> str:
    """The part of a lock that is for a target, without markers: pip holds those against where it runs."""
    return "".join(_lines_for(lock, target))


def _lines_for(lock: str, target: Target) -> Iterator[str]:
    environment, wanted = target.environment(), True
    for line in lock.splitlines():
        found = _REQUIREMENT.match(line)
        if found is not None:
            marker = found[2]
            wanted = marker is None or Marker(marker).evaluate(environment)
            line = f"{found[1]}{found[3] or ''}"
        if wanted:
            yield f"{line}\n"


def glibc_of(wheels: Iterator[str]) -> str:
    """The oldest C library that all of these wheels, by their names, run with: "2.17"."""
    return ".".join(map(str, max((_glibc(each) for each in wheels), default=(2, 5))))


def _glibc(wheel: str) -> tuple[int, int]:
    """A wheel may bear several tags: the oldest that it names will do."""
    named = [(int(major), int(minor)) for major, minor in _NAMED.findall(wheel)]
    named += [_GLIBC_OF[each] for each in _FORMER.findall(wheel)]
    return min(named, default=(2, 5))
