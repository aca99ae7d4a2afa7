"""Makes one archive that installs the application on a machine without any network."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

from ops.sbom import bill_of_materials

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "ops" / "bundle"
UNITS = ("learnapp.service", "learnapp-spare.service", "learnapp-spare.timer")
TEXTS = ("install.sh", "README.txt", *UNITS)
LOCK = ROOT / "ops" / "requirements.txt"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# Wheels are compiled for one version of Python and one kind of machine.
PLATFORM = f"{sysconfig.get_platform()}-py{PYTHON}"


def sha256(path: Path) -> str:
    """The hash that the installer checks."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*command: str) -> None:
    """Run a Python module of this venv and stop when it fails."""
    line = [sys.executable, "-m", *command]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}failed: {' '.join(command)}")


def build_wheel(folder: Path) -> Path:
    """The application's wheel, with pages, assets, translations, migrations and samples."""
    if not (ROOT / "static" / "vendor" / "VERSIONS.txt").exists():
        raise SystemExit("static/vendor is empty: call this as `make bundle`")
    folder.mkdir(parents=True, exist_ok=True)
    # Straight from the tree: by way of a source archive the git-ignored assets would be lost.
    run("hatchling", "build", "-t", "wheel", "-d", str(folder))
    return next(folder.glob("learnapp-*.whl"))


def fetch_wheels() -> Path:
    """The wheels of the lock, fetched once per lock and platform."""
    key = hashlib.sha256(LOCK.read_bytes() + PLATFORM.encode()).hexdigest()[:16]
    folder = ROOT / "build" / f"wheels-{key}"
    if folder.exists():
        return folder
    (ROOT / "build").mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="fetching-", dir=ROOT / "build"))
    options = ["--only-binary", ":all:", "--no-deps", "--require-hashes"]
    run("pip", "download", "-qq", *options, "-d", str(fresh), "-r", str(LOCK))
    # Renamed only when complete, so that an interrupted download is not taken for a whole one.
    with contextlib.suppress(OSError):
        fresh.rename(folder)
    return folder


def fill_in(name: str, target: Path, version: str) -> None:
    """Copy a part of the archive with its version and platform written in."""
    text = (PARTS / name).read_text(encoding="utf-8")
    words = {"VERSION": version, "PYTHON": PYTHON, "MACHINE": platform.machine()}
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    target.write_text(text, encoding="utf-8")
    target.chmod(0o755 if name.endswith(".sh") else 0o644)


def fill(folder: Path) -> None:
    """Put everything that the archive holds into a folder."""
    wheels = folder / "wheels"
    shutil.copytree(fetch_wheels(), wheels)
    application = build_wheel(wheels)
    version = application.name.split("-")[1]
    lines = LOCK.read_text(encoding="utf-8")
    lines += f"learnapp=={version} \\\n    --hash=sha256:{sha256(application)}\n"
    (folder / "requirements.txt").write_text(lines, encoding="utf-8")
    bill = bill_of_materials(version, wheels, ROOT / "package-lock.json")
    (folder / "sbom.cdx.json").write_text(bill, encoding="utf-8")
    for name in TEXTS:
        fill_in(name, folder / name, version)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry that names nobody of the machine it was packed on."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def make(out: Path) -> Path:
    """Make the archive in a folder and give its path."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        inner = Path(scratch) / "bundle"
        inner.mkdir()
        fill(inner)
        version = next((inner / "wheels").glob("learnapp-*.whl")).name.split("-")[1]
        name = f"learnapp-bundle-{version}-{PLATFORM}"
        archive = out / f"{name}.tar.gz"
        # Wheels are compressed already: more effort would only take longer.
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.add(inner, name, filter=nobody)
    return archive


def main() -> None:
    """Make the archive, or with --wheel the wheel alone, and print its path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to put it")
    parser.add_argument("--wheel", action="store_true", help="only the application's wheel")
    options = parser.parse_args()
    made = build_wheel(options.out) if options.wheel else make(options.out)
    print(f"{made}  {made.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
