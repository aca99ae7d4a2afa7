"""What is made of Lighthouse's reports: figures of a page, the best of several runs, what falls short."""

from __future__ import annotations

from tests.lighthouse.figures import Figures, best, short_of


def _report(performance: float, first_paint_ms: float, size: float | None = 1) -> dict:
    weighed = [{"id": "target-size", "weight": 7}, {"id": "notice", "weight": 0}]
    return {
        "categories": {
            "performance": {"score": performance, "auditRefs": []},
            "accessibility": {"score": 0.96 if size == 0 else 1, "auditRefs": weighed},
            "best-practices": {"score": 1, "auditRefs": []},
        },
        "audits": {
            "first-contentful-paint": {"score": 1, "numericValue": first_paint_ms},
            "target-size": {"score": size},
            "notice": {"score": 0},
        },
    }


def test_the_best_speed_of_several_runs_counts_and_the_worst_of_all_else():
    runs = [
        Figures.of(each) for each in (_report(0.9, 1200), _report(0.99, 940), _report(1, 980, 0))
    ]
    assert best(runs) == Figures(100, 96, 100, 940, ("target-size",))


def test_a_page_falls_short_by_name_and_only_the_week_has_a_first_paint_to_keep():
    good = Figures.of(_report(0.98, 999, None))
    assert short_of({"week": good, "exam": Figures(98, 100, 100, 1700)}) == []
    late, small = Figures(100, 100, 100, 1000), Figures(100, 96, 100, 900, ("target-size",))
    assert [each.split()[0] for each in short_of({"week": late, "exam": good})] == ["week"]
    assert short_of({"result": small}) == ["result falls short: target-size"]
