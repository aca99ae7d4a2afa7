"""An earlier version of the application as it was shipped: its wheel, built here from a named commit."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Earlier:
    """A commit's tree, and its wheel installed beside it with the libraries of this checkout."""

    def __init__(self, commit: str, folder: Path) -> None:
        self.tree, place = folder / "tree", folder / "installed"
        self.tree.mkdir(parents=True)
        self._unpack(commit)
        wheel = self._build(folder / "wheel")
        venv.create(place, with_pip=False)
        packages = next((place / "lib").glob("python*/site-packages"))
        # The libraries by a plain path line: the editable install beside them stays out of it.
        borrowed = sysconfig.get_path("purelib")
        (packages / "borrowed.pth").write_text(borrowed + "\n", encoding="utf-8")
        install = ["pip", "--python", str(place / "bin/python"), "install", "-qq", "--no-deps"]
        self._run([*install, "--no-index", str(wheel)])
        self.program = place / "bin/learnapp"

    def _unpack(self, commit: str) -> None:
        archive = self.tree.with_suffix(".tar")
        _done(["git", "archive", "-o", str(archive), commit], ROOT)
        _done(["tar", "-xf", str(archive), "-C", str(self.tree)], ROOT)
        # Made at set-up, not kept by git; the assets of this checkout are near enough.
        shutil.copytree(ROOT / "static/vendor", self.tree / "static/vendor", dirs_exist_ok=True)

    def _build(self, folder: Path) -> Path:
        for po in self.tree.glob("learnapp/translations/*/LC_MESSAGES/*.po"):
            compiled = str(po.with_suffix(".mo"))
            self._run(
                ["babel.messages.frontend", "--quiet", "compile", "-i", str(po), "-o", compiled]
            )
        folder.mkdir()
        self._run(["hatchling", "build", "-t", "wheel", "-d", str(folder)])
        return next(folder.glob("*.whl"))

    def _run(self, module: list[str]) -> None:
        _done([sys.executable, "-m", *module], self.tree)

    def python(self, script: str, env: Mapping[str, str]) -> str:
        """What a script prints that runs with the earlier code and its tests."""
        return _done([sys.executable, "-c", script], self.tree, env)


def _done(command: list[str], folder: Path, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=env and dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])}\n{done.stdout}{done.stderr}")
    return done.stdout
