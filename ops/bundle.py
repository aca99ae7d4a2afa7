"""Makes one archive that installs the application on a machine without any network.

It can be made for another kind of machine and another Python than those at hand: wheels are fetched, not
built. `--with-python` packs a Python of its own, for systems that have none of these versions.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ops.sbom import bill_of_materials
from ops.targets import HERE, MACHINES, PYTHONS, Target, glibc_of, lock_for

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "ops" / "bundle"
UNITS = ("learnapp.service", "learnapp-spare.service", "learnapp-spare.timer")
TEXTS = ("install.sh", "README.txt", *UNITS)
LOCK = ROOT / "ops" / "requirements.txt"


def sha256(path: Path) -> str:
    """The hash that the installer checks."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*command: str, **environment: str) -> None:
    """Run a Python module of this venv and stop when it fails."""
    line = [sys.executable, "-m", *command]
    done = subprocess.run(
        line, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}failed: {' '.join(command)}")


def commit() -> str:
    """What tells this build from others of its version: `+g1234567`, with `.changed` where the checkout
    is not what was committed; empty without git."""
    asked = (["rev-parse", "--short=8", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
    answers = []
    for words in asked:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return ""
        answers.append(done.stdout.strip())
    return f"+g{answers[0]}" + (".changed" if answers[1] else "")


def build_wheel(folder: Path) -> Path:
    """The application's wheel, with pages, assets, translations, migrations and samples."""
    if not (ROOT / "static" / "vendor" / "VERSIONS.txt").exists():
        raise SystemExit("static/vendor is empty: call this as `make bundle`")
    folder.mkdir(parents=True, exist_ok=True)
    # Straight from the tree: by way of a source archive the git-ignored assets would be lost.
    run("hatchling", "build", "-t", "wheel", "-d", str(folder), LEARNAPP_BUILD=commit())
    return next(folder.glob("learnapp-*.whl"))


def fetch_wheels(target: Target) -> Path:
    """The wheels of the lock for a target, fetched once per lock and target."""
    lock = lock_for(LOCK.read_text(encoding="utf-8"), target)
    key = hashlib.sha256(f"{target.name}\n{lock}".encode()).hexdigest()[:16]
    folder = ROOT / "build" / f"wheels-{key}"
    if folder.exists():
        return folder
    (ROOT / "build").mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="fetching-", dir=ROOT / "build"))
    listed = fresh.with_suffix(".txt")
    listed.write_text(lock, encoding="utf-8")
    options = ["--only-binary", ":all:", "--no-deps", "--require-hashes", *target.pip_options()]
    try:
        run("pip", "download", "-qq", *options, "-d", str(fresh), "-r", str(listed))
    finally:
        listed.unlink()
    # Renamed only when complete, so that an interrupted download is not taken for a whole one.
    with contextlib.suppress(OSError):
        fresh.rename(folder)
    return folder


@dataclass(frozen=True)
class Release:
    """What is written into the parts of an archive."""

    version: str
    target: Target
    glibc: str


def fill_in(name: str, path: Path, release: Release) -> None:
    """Copy a part of the archive with its version and target written in."""
    text = (PARTS / name).read_text(encoding="utf-8")
    words = {
        "VERSION": release.version,
        "PYTHON": release.target.python,
        "MACHINE": release.target.machine,
        "GLIBC": release.glibc,
    }
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755 if name.endswith(".sh") else 0o644)


def fill(folder: Path, target: Target, own_python: Path | None) -> str:
    """Put everything that the archive holds into a folder; the version."""
    wheels = folder / "wheels"
    shutil.copytree(fetch_wheels(target), wheels)
    glibc = glibc_of(each.name for each in wheels.iterdir())
    application = build_wheel(wheels)
    version = application.name.split("-")[1]
    lines = LOCK.read_text(encoding="utf-8")
    lines += f"learnapp=={version} \\\n    --hash=sha256:{sha256(application)}\n"
    (folder / "requirements.txt").write_text(lines, encoding="utf-8")
    bill = bill_of_materials(version, wheels, ROOT / "package-lock.json")
    (folder / "sbom.cdx.json").write_text(bill, encoding="utf-8")
    if own_python is not None:
        unpack_python(own_python, folder, target)
    for name in TEXTS:
        fill_in(name, folder / name, Release(version, target, glibc))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    sums = "".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return version


def unpack_python(archive: Path, folder: Path, target: Target) -> None:
    """Put a Python that runs from any folder beside the wheels: an archive of one folder `python`, as
    those called install_only of the python-build-standalone project are."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="tar")
    if not (folder / "python" / "bin" / f"python{target.python}").exists():
        raise SystemExit(f"{archive}: no Python {target.python} in it, at python/bin")


def nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry that names nobody of the machine it was packed on."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def make(out: Path, target: Target, own_python: Path | None = None) -> Path:
    """Make the archive in a folder and give its path."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        inner = Path(scratch) / "bundle"
        inner.mkdir()
        version = fill(inner, target, own_python)
        with_python = "" if own_python is None else "-with-python"
        name = f"learnapp-bundle-{version}-{target.name}{with_python}"
        archive = out / f"{name}.tar.gz"
        # Wheels are compressed already: more effort would only take longer.
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.add(inner, name, filter=nobody)
    return archive


def main() -> None:
    """Make the archive, or with --wheel the wheel alone, and print its path."""
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to put it")
    parser.add_argument("--wheel", action="store_true", help="only the application's wheel")
    parser.add_argument("--machine", choices=MACHINES, default=HERE.machine)
    parser.add_argument("--python", choices=PYTHONS, default=HERE.python)
    parser.add_argument(
        "--with-python", type=Path, metavar="ARCHIVE", help="a Python for that machine to pack"
    )
    options = parser.parse_args()
    target = Target(options.machine, options.python)
    made = (
        build_wheel(options.out)
        if options.wheel
        else make(options.out, target, options.with_python)
    )
    print(f"{made}  {made.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
