"""What Lighthouse says of one page, the best of several runs, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

PERFORMANCE, WHOLE = 98, 100
WEEK_FIRST_PAINT_MS = 1000


@dataclass(frozen=True)
class Figures:
    """Scores of 100, the first contentful paint in ms, and the audits that cost points."""

    performance: int
    accessibility: int
    best_practices: int
    first_paint_ms: int
    lost: tuple[str, ...] = ()

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Self:
        """The figures of a report as Lighthouse writes it in JSON."""
        scores = {
            name: round(100 * (each["score"] or 0)) for name, each in report["categories"].items()
        }
        audits = report["audits"]
        lost = [
            part["id"]
            for each in report["categories"].values()
            for part in each["auditRefs"]
            if part["weight"] and audits[part["id"]]["score"] is not None
            if audits[part["id"]]["score"] < 0.9
        ]
        return cls(
            scores["performance"],
            scores["accessibility"],
            scores["best-practices"],
            round(audits["first-contentful-paint"]["numericValue"]),
            tuple(dict.fromkeys(lost)),
        )

    def __str__(self) -> str:
        return (
            f"performance {self.performance}, accessibility {self.accessibility}, best practices "
            f"{self.best_practices}, first paint {self.first_paint_ms / 1000:.2f} s"
        )


def best(runs: Sequence[Figures]) -> Figures:
    """Of several runs the best speed (what else a machine does only slows them) and the worst of the rest."""
    swift = max(runs, key=lambda each: (each.performance, -each.first_paint_ms))
    return Figures(
        swift.performance,
        min(each.accessibility for each in runs),
        min(each.best_practices for each in runs),
        min(each.first_paint_ms for each in runs),
        tuple(dict.fromkeys(name for each in runs for name in each.lost)),
    )


def short_of(pages: Mapping[str, Figures]) -> list[str]:
    """A line for each page that has less than is asked, with the audits that cost it points."""
    faults = []
    for name, page in pages.items():
        if (
            page.performance < PERFORMANCE
            or min(page.accessibility, page.best_practices) < WHOLE
            or (name == "week" and page.first_paint_ms >= WEEK_FIRST_PAINT_MS)
        ):
            faults.append(f"{name} falls short: {', '.join(page.lost) or page}")
    return faults
