"""Comparing the folder of files with the rows that name them."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.db.files.store import FileStore


@dataclass(frozen=True)
class Compared:
    """SHA-256 names: of files that rows name and that lack or differ, and of files no row names."""

    missing: tuple[str, ...]
    altered: tuple[str, ...]
    unreferenced: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """A line for each file that lacks or differs; one that no row names does no harm."""
        return [f"file {name}: missing" for name in self.missing] + [
            f"file {name}: its bytes are others" for name in self.altered
        ]


def compare(wanted: set[str], files: FileStore) -> Compared:
    """Read every file that is named, outside of any transaction."""
    missing, altered = [], []
    for name in sorted(wanted):
        try:
            if not files.is_whole(name):
                altered.append(name)
        except FileNotFoundError:
            missing.append(name)
    return Compared(tuple(missing), tuple(altered), tuple(sorted(set(files.names()) - wanted)))
