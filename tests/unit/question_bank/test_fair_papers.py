"""Papers drawn for many people: comparable, evenly used, cases whole, nothing seen twice."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.blueprint import Blueprint, Cell
from question_bank.chance import Stream, keyed_order
from question_bank.drawing import Placed, draw
from question_bank.kinds import QuestionType
from question_bank.pool import Candidate, NotEnough, Pool

SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
PAPERS = 2_000


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


def test_papers_are_comparable_and_no_question_is_used_much_more_than_by_a_plain_draw() -> None:
    blueprint, candidates = seeded_bank()
    by_id = {each.id: each for each in candidates}
    pool = Pool(blueprint, candidates)
    ours = [draw(pool, f"seed{n}") for n in range(PAPERS)]
    plain = [plain_draw(blueprint, candidates, f"seed{n}") for n in range(PAPERS)]
    spread = [statistics.pstdev(expected(p, by_id) for p in papers) for papers in (ours, plain)]
    uses = [Counter(each.id for p in papers for each in p) for papers in (ours, plain)]
    even = PAPERS * 50 / 1_000
    most, least = max(uses[0].values()), min(uses[0][each.id] for each in candidates)
    print(
        f"expected score of {PAPERS} papers of 100 marks: standard deviation {spread[0]:.2f} marks, "
        f"a plain draw's {spread[1]:.2f}; a question is used {least / even:.2f} to "
        f"{most / even:.2f} times as often as on average, by a plain draw up to "
        f"{max(uses[1].values()) / even:.2f}"
    )
    assert spread[0] <= 0.5 < 1.5 < spread[1]
    assert most <= 1.5 * even
    # Whom a lucky seed favours differs; that hard and easy ones are used alike does not.
    hard = [uses[0][each.id] for each in candidates if each.expected < 500]
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
    each = (time.process_time() - start) * 1000 / 50
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
