"""Fail where the fast tests leave more than a fifth of a module untried (`make coverage`)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPORT = Path("build/coverage/report.json")
LEAST = 80.0


def under(files: Mapping[str, Mapping[str, Any]], least: float = LEAST) -> list[str]:
    """A line for each module of coverage's report with less than `least` percent of its lines and
    branches run, the lowest first."""
    shares = sorted((each["summary"]["percent_covered"], path) for path, each in files.items())
    return [f"{path}: {share:.1f} %" for share, path in shares if share < least]


def main() -> int:
    """The exit code: 1 with a line for each module under the least."""
    found = under(json.loads(REPORT.read_text(encoding="utf-8"))["files"])
    for line in found:
        print(f"under {LEAST:.0f} %: {line}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
