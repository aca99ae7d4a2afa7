"""`make mutants`: the share of a fixed random sample of changes that the unit tests notice."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tests.mutants.changes import ROOT, Change, changes_of, modules, sample
from tests.mutants.trials import Covered, cover, preload, survivors

ASKED = 85  # per cent
EQUIVALENT = Path(__file__).with_name("equivalent.txt")


def equivalent(text: str) -> dict[tuple[str, str, str], str]:
    """The changes that change nothing, each with the reason: (path, before, after) -> reason.

    The file has a block for each: the path, the line before after `- `, the line after it after
    `+ `, and the reason.
    """
    found = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        path, before, after, *reason = lines
        if before[:2] != "- " or after[:2] != "+ " or not reason:
            raise SystemExit(f"{EQUIVALENT.name}: not a block of path, -, + and reason:\n{block}")
        found[(path, before[2:], after[2:])] = " ".join(reason)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--from", type=int, default=0, dest="first", help="leave out so many")
    parser.add_argument("--only", nargs="*", help="paths, or beginnings of paths, of modules")
    return parser.parse_args()


def _show(change: Change) -> None:
    before, after = change.diff
    print(f"{change.path}:{change.lines[-1]}\n- {before}\n+ {after}", flush=True)


def main() -> int:
    """Print the survivors as they are found, then the score; 1 when it is below what is asked."""
    asked = _arguments()
    began = time.monotonic()
    known = equivalent(EQUIVALENT.read_text(encoding="utf-8"))
    paths = [each for each in modules() if not asked.only or each.startswith(tuple(asked.only))]
    every = [change for path in paths for change in changes_of(path)]
    chosen = sample(
        [each for each in every if (each.path, *each.diff) not in known],
        asked.seed,
        asked.first + asked.count,
    )[asked.first :]
    preload()
    folder = ROOT / "build/mutants"
    covered: Covered = cover(paths, folder / f"covered-{os.getpid()}.json")
    print(f"{len(every)} changes, {len(chosen)} tried", flush=True)
    left = 0
    trials = survivors(chosen, covered, asked.workers, folder)
    for tried, (change, survived) in enumerate(trials, 1):
        if tried % 50 == 0:
            print(f"… {tried}, {left} not noticed", flush=True)
        if survived:
            left += 1
            _show(change)
    score = 100 * (len(chosen) - left) / max(1, len(chosen))
    took = time.monotonic() - began
    print(f"{score:.1f} % of {len(chosen)} noticed, {left} not; {took / 60:.1f} minutes")
    return int(score < ASKED)


if __name__ == "__main__":
    sys.exit(main())
