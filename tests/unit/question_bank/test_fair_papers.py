"""Papers drawn for many people: comparable, evenly used, cases whole, nothing seen twice."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.blueprint import Blueprint, Cell
from question_bank.drawing import Placed, draw
from question_bank.fairness import KnownFacility, paper_spread, row_knowledge
from question_bank.keyed_random import Stream, keyed_order
from question_bank.kinds import QuestionType
from question_bank.pool import Candidate, NotEnough, Pool
from tests.pace import cpu_since

SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
PAPERS = 2_000
PASSING = 800  # of these, the papers whose probability of passing is worked out


def seeded_bank() -> tuple[Blueprint, list[Candidate]]:
    """1,000 questions in 10 cells, facilities of standard deviation 0.15 within each."""
    chance = random.Random(11)
    pool = []
    for number in range(1_000):
        mean = 0.45 + 0.04 * (number % 10)
        facility = min(0.99, max(0.05, chance.gauss(mean, 0.15)))
        category = (f"第{number % 10}章",)
        pool.append(Candidate(number, SINGLE, category, 3, round(facility * 1000)))
    cells = [Cell(n + 1, "", SINGLE, (f"第{n}章",), None, 5, 200) for n in range(10)]
    return Blueprint(tuple(cells)), pool


def expected(paper: list[Placed], by_id: dict[int, Candidate]) -> float:
    """The expected score in marks."""
    return sum(by_id[each.id].expected * each.marks for each in paper) / 100_000


def plain_draw(blueprint: Blueprint, pool: list[Candidate], seed: str) -> list[Placed]:
    """What a draw by the same blueprint gives that looks at nothing else."""
    paper: list[Placed] = []
    for cell in blueprint.cells:
        fit = [each.id for each in pool if cell.takes(each.group)]
        for number in keyed_order(f"{seed}/{cell.ordinal}", fit)[: cell.count]:
            paper.append(Placed(len(paper) + 1, number, cell.ordinal, cell.marks))
    return paper


def as_estimated(
    candidates: list[Candidate], answers: int, chance: random.Random
) -> list[Candidate]:
    """The same questions, each facility as that many answers show it; as None where there are none."""
    if not answers:
        return [replace(each, facility=None) for each in candidates]
    return [
        replace(
            each,
            facility=round(
                1000 * sum(chance.random() * 1000 < each.expected for _ in range(answers)) / answers
            ),
        )
        for each in candidates
    ]


def passing(paper: list[Placed], by_id: dict[int, Candidate], wanted: float) -> float:
    """The probability of at least so many right answers on a paper; between two whole numbers, in
    proportion."""
    chances = [1.0]
    for each in paper:
        share = by_id[each.id].expected / 1000
        chances = [
            (chances[n] if n < len(chances) else 0.0) * (1 - share)
            + (chances[n - 1] * share if n else 0.0)
            for n in range(len(chances) + 1)
        ]
    whole = math.floor(wanted)
    return sum(chances[whole:]) - (wanted - whole) * chances[whole]


@dataclass
class Simulated:
    """Papers drawn with what is known of the questions, judged by what is true of them."""

    spread: float  # standard deviation of the expected score, marks of 100
    worst: float  # the middle 95 % of papers: the least and the most probability of passing, for
    best: float  # an officer whose expected score over all papers is the pass mark
    uses: Counter[int]


def simulated(papers: list[list[Placed]], by_id: dict[int, Candidate]) -> Simulated:
    """What a set of papers comes to."""
    mean = statistics.mean(each.expected for each in by_id.values())
    wanted = 50 * mean / 1000
    chances = sorted(passing(each, by_id, wanted) for each in papers[:PASSING])
    edge = len(chances) // 40
    return Simulated(
        statistics.pstdev(expected(each, by_id) for each in papers),
        chances[edge],
        chances[-1 - edge],
        Counter(each.id for paper in papers for each in paper),
    )


@pytest.fixture(scope="module")
def simulations() -> dict[str, Simulated]:
    """Facilities known exactly, estimated from 30 answers, and not at all; and a plain draw."""
    blueprint, candidates = seeded_bank()
    by_id = {each.id: each for each in candidates}
    chance = random.Random(30)
    found = {}
    for name, answers in (("estimated from 30 answers", 30), ("unknown", 0)):
        pool = Pool(blueprint, as_estimated(candidates, answers, chance))
        found[name] = simulated([draw(pool, f"seed{n}") for n in range(PAPERS)], by_id)
    exact = Pool(blueprint, candidates)
    found["known exactly"] = simulated([draw(exact, f"seed{n}") for n in range(PAPERS)], by_id)
    plain = [plain_draw(blueprint, candidates, f"seed{n}") for n in range(PAPERS)]
    return found | {"plain draw": simulated(plain, by_id)}


def test_how_far_papers_lie_apart_depends_on_what_is_known_of_the_questions(
    simulations: dict[str, Simulated], record_property: Callable[[str, object], None]
) -> None:
    for name, each in simulations.items():
        record_property(
            "tried",
            f"papers, facilities {name}: standard deviation of the expected score "
            f"{each.spread:.2f} marks of 100; who is exactly at the pass mark passes "
            f"{each.worst:.0%} to {each.best:.0%}",
        )
    exact, estimated, unknown, plain = (
        simulations[name]
        for name in ("known exactly", "estimated from 30 answers", "unknown", "plain draw")
    )
    assert exact.spread <= 0.5 < estimated.spread <= 1.25 < unknown.spread <= 1.1 * plain.spread
    assert exact.best - exact.worst < estimated.best - estimated.worst
    assert estimated.best - estimated.worst < unknown.best - unknown.worst


def test_the_spread_that_a_blueprint_is_said_to_have_is_the_one_that_is_drawn(
    simulations: dict[str, Simulated],
) -> None:
    _, candidates = seeded_bank()
    for name, answers in (("estimated from 30 answers", 30), ("unknown", 0)):
        known = [
            KnownFacility(each.expected / 1000, answers) if answers else None for each in candidates
        ]
        said = paper_spread([(50, 200, row_knowledge(known, 30))]) / 100
        assert simulations[name].spread == pytest.approx(said, rel=0.2)


def test_no_question_is_used_much_more_than_by_a_plain_draw(
    simulations: dict[str, Simulated], record_property: Callable[[str, object], None]
) -> None:
    _, candidates = seeded_bank()
    even = PAPERS * 50 / 1_000
    for name, each in simulations.items():
        most = max(each.uses.values()) / even
        record_property(
            "tried", f"facilities {name}: the most used question {most:.2f} times the average"
        )
        assert most <= 1.5
        # Whom a lucky seed favours differs; that hard and easy ones are used alike does not.
        hard = [each.uses[one.id] for one in candidates if one.expected < 500]
        assert 0.95 < statistics.mean(hard) / even < 1.05


def test_a_paper_of_fifty_is_drawn_from_a_hundred_thousand_within_five_milliseconds() -> None:
    chance = random.Random(5)
    pool = [
        Candidate(n, SINGLE, (f"第{n % 40}章",), n % 5 + 1, chance.randint(200, 950))
        for n in range(100_000)
    ]
    cells = [Cell(n + 1, "", SINGLE, (f"第{n}章",), None, 5, 200) for n in range(9)]
    cells.append(Cell(10, "", SINGLE, None, None, 5, 200))
    prepared = Pool(Blueprint(tuple(cells)), pool)
    draw(prepared, "warm")
    start = time.process_time()
    for number in range(50):
        draw(prepared, str(number))
    each = cpu_since(start) * 1000 / 50
    print(f"a paper of 50 from 100,000 questions: {each:.2f} ms of CPU")
    assert each < 5


cases = st.lists(
    st.tuples(
        st.sampled_from([SINGLE, MULTIPLE]),
        st.sampled_from([None, None, 1, 2, 3]),
    ),
    max_size=14,
)


@given(cases, st.integers(0, 4), st.integers(0, 3), st.text(max_size=3))
def test_a_case_comes_whole_or_not_at_all_and_stands_together(
    rows: list[tuple[QuestionType, int | None]], singles: int, multiples: int, seed: str
) -> None:
    pool = [Candidate(n, kind, (), None, None, case) for n, (kind, case) in enumerate(rows)]
    cells = (
        Cell(1, "甲", SINGLE, None, None, singles, 100),
        Cell(2, "乙", MULTIPLE, None, None, multiples, 200),
    )
    try:
        paper = draw(Pool(Blueprint(cells), pool), seed)
    except NotEnough:
        return
    by_id = {each.id: each for each in pool}
    assert Counter(by_id[each.id].type for each in paper) == Counter(
        {k: n for k, n in ((SINGLE, singles), (MULTIPLE, multiples)) if n}
    )
    assert all(each.marks == (100 if by_id[each.id].type is SINGLE else 200) for each in paper)
    for case in {by_id[each.id].passage for each in paper} - {None}:
        places = [each.ordinal for each in paper if by_id[each.id].passage == case]
        members = [each.id for each in pool if each.passage == case]
        assert [each.id for each in paper if by_id[each.id].passage == case] == members
        assert places == list(range(places[0], places[0] + len(members)))


def test_cases_do_not_keep_a_paper_from_being_drawn() -> None:
    pool = [Candidate(n, SINGLE, (), None, None, n // 3) for n in range(30)]
    pool += [Candidate(100 + n, SINGLE, (), None) for n in range(2)]
    blueprint = Blueprint((Cell(1, "", SINGLE, None, None, 10, 100),))
    sizes = {
        tuple(sorted(Counter(n // 3 if n < 100 else n for n in numbers).values()))
        for numbers in ([e.id for e in draw(Pool(blueprint, pool), str(s))] for s in range(40))
    }
    assert sizes <= {(1, 3, 3, 3)}
    with pytest.raises(NotEnough):
        draw(Pool(blueprint, pool[:30]), "s")


def test_what_was_seen_is_avoided_while_there_is_something_else() -> None:
    pool = [Candidate(n, SINGLE, (), None) for n in range(12)]
    prepared = Pool(Blueprint((Cell(1, "", SINGLE, None, None, 5, 100),)), pool)
    seen = {0, 1, 2, 3, 4}
    for seed in map(str, range(30)):
        assert not seen & {each.id for each in draw(prepared, seed, avoid=seen)}
        nearly_all = set(range(9))
        drawn = {each.id for each in draw(prepared, seed, avoid=nearly_all)}
        assert {9, 10, 11} <= drawn and len(drawn) == 5


def test_what_is_rather_not_drawn_comes_before_what_is_avoided() -> None:
    pool = [Candidate(n, SINGLE, (), None) for n in range(12)]
    prepared = Pool(Blueprint((Cell(1, "", SINGLE, None, None, 5, 100),)), pool)
    for seed in map(str, range(30)):
        drawn = {each.id for each in draw(prepared, seed, avoid=range(7), rather_not=range(5, 11))}
        assert {7, 8, 9, 10, 11} == drawn
        few = {each.id for each in draw(prepared, seed, avoid=range(8), rather_not=range(8, 12))}
        assert {8, 9, 10, 11} <= few


def test_fixed_questions_are_on_every_paper() -> None:
    pool = [Candidate(n, SINGLE, (), None, None, 7 if n in (3, 4) else None) for n in range(40)]
    blueprint = Blueprint((Cell(1, "", SINGLE, None, None, 6, 100),))
    for seed in map(str, range(30)):
        drawn = [each.id for each in draw(Pool(blueprint, pool, fixed=[20, 3]), seed)]
        assert {20, 3, 4} <= set(drawn) and len(set(drawn)) == 6


def test_one_paper_for_all_stands_in_another_order_for_each() -> None:
    pool = [Candidate(n, SINGLE, (), None) for n in range(60)]
    prepared = Pool(Blueprint((Cell(1, "", SINGLE, None, None, 8, 100),)), pool)
    papers = [draw(prepared, "one", order_seed=str(n)) for n in range(20)]
    assert len({frozenset(each.id for each in paper) for paper in papers}) == 1
    assert len({tuple(each.id for each in paper) for paper in papers}) > 15


def test_the_stream_is_even_and_stays_the_same() -> None:
    counts = Counter(Stream(str(n)).below(7) for n in range(7_000))
    assert min(counts.values()) > 850 and max(counts.values()) < 1_150
    assert sorted(Stream("x").shuffled(300)) == list(range(300))
    assert list(Stream("seed").shuffled(6)) == [3, 1, 5, 2, 4, 0]
    assert Stream("seed").below(1000) == 967
