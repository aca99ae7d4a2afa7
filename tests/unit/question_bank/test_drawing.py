"""Blueprints and drawing: the same paper from the same seed, and a paper whenever there is one."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.blueprint import Blueprint, Cell
from question_bank.drawing import Placed
from question_bank.drawing import draw as draw_from
from question_bank.keyed_random import keyed_order
from question_bank.model import QuestionType
from question_bank.options import keeps_order, order_options
from question_bank.pool import Candidate, NotEnough, Pool

SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
CATEGORIES = [("刑法",), ("刑法", "总则"), ("民法",)]

candidates = st.lists(
    st.tuples(
        st.sampled_from([SINGLE, MULTIPLE]),
        st.sampled_from(CATEGORIES),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=9,
).map(lambda rows: [Candidate(number, *row) for number, row in enumerate(rows, 1)])
cells = st.lists(
    st.tuples(
        st.sampled_from([SINGLE, MULTIPLE]),
        st.sampled_from([None, ("刑法",), ("刑法", "总则"), ("民法",)]),
        st.sampled_from([None, None, 1, 2]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=4,
)
blueprints = cells.map(
    lambda rows: Blueprint(
        tuple(
            Cell(n, "节", kind, c, d, count, 100) for n, (kind, c, d, count) in enumerate(rows, 1)
        )
    )
)


def draw(blueprint: Blueprint, pool: list[Candidate], seed: str) -> list[Placed]:
    return draw_from(Pool(blueprint, pool), seed)


def can_be_filled(blueprint: Blueprint, pool: list[Candidate]) -> bool:
    """By Hall's theorem: every set of cells finds enough questions between them."""
    return all(
        sum(cell.count for cell in some)
        <= sum(any(cell.takes(each.group) for cell in some) for each in pool)
        for size in range(1, len(blueprint.cells) + 1)
        for some in itertools.combinations(blueprint.cells, size)
    )


@given(blueprints, candidates, st.text(max_size=4))
def test_a_paper_is_drawn_whenever_there_is_one(
    blueprint: Blueprint, pool: list[Candidate], seed: str
) -> None:
    try:
        paper = draw(blueprint, pool, seed)
    except NotEnough as not_enough:
        assert not_enough.shortages and not can_be_filled(blueprint, pool)
        return
    assert can_be_filled(blueprint, pool)
    assert len({each.id for each in paper}) == len(paper) == blueprint.questions
    assert [each.ordinal for each in paper] == list(range(1, len(paper) + 1))
    by_id = {each.id: each for each in pool}
    by_ordinal = {cell.ordinal: cell for cell in blueprint.cells}
    assert all(by_ordinal[each.cell].takes(by_id[each.id].group) for each in paper)
    assert Counter(each.cell for each in paper) == Counter(
        {cell.ordinal: cell.count for cell in blueprint.cells if cell.count}
    )


@given(blueprints, candidates, st.text(max_size=4), st.randoms(use_true_random=False))
def test_the_paper_depends_on_seed_and_pool_but_not_on_the_order_of_the_pool(
    blueprint: Blueprint, pool: list[Candidate], seed: str, shuffler: random.Random
) -> None:
    other = list(pool)
    shuffler.shuffle(other)
    try:
        paper = draw(blueprint, pool, seed)
    except NotEnough:
        return
    assert draw(blueprint, other, seed) == paper


def test_a_wide_cell_gives_way_to_a_narrow_one() -> None:
    blueprint = Blueprint(
        (Cell(1, "", SINGLE, None, None, 2, 100), Cell(2, "", SINGLE, ("刑法",), 1, 1, 200))
    )
    pool = [Candidate(1, SINGLE, ("刑法",), 1), Candidate(2, SINGLE, ("民法",), 1)]
    pool.append(Candidate(3, SINGLE, ("民法",), None))
    for seed in "abcdefgh":
        paper = draw(blueprint, pool, seed)
        assert [each.id for each in paper if each.cell == 2] == [1]


def test_a_shortage_is_blamed_on_the_widest_cell() -> None:
    blueprint = Blueprint(
        (Cell(1, "", SINGLE, None, None, 20, 100), Cell(2, "", SINGLE, ("刑法",), None, 10, 100))
    )
    pool = [Candidate(n, SINGLE, ("刑法",), 1) for n in range(10)]
    pool += [Candidate(n, SINGLE, ("民法",), None) for n in range(10, 25)]
    with pytest.raises(NotEnough) as not_enough:
        draw(blueprint, pool, "s")
    (short,) = not_enough.value.shortages
    assert (short.cell.ordinal, short.wanted, short.available) == (1, 20, 15)


def test_a_category_is_a_prefix_by_steps_and_not_by_letters() -> None:
    cell = Cell(1, "", SINGLE, ("刑法",), None, 1, 100)
    assert cell.takes((SINGLE, ("刑法", "总则"), 3))
    assert not cell.takes((SINGLE, ("刑法学",), 3))


def test_every_question_of_a_pool_is_drawn_about_as_often() -> None:
    pool = [Candidate(n, SINGLE, CATEGORIES[n % 3], None) for n in range(30)]
    blueprint = Blueprint((Cell(1, "", SINGLE, None, None, 10, 100),))
    drawn = Counter(each.id for seed in range(600) for each in draw(blueprint, pool, str(seed)))
    assert min(drawn.values()) > 140 and max(drawn.values()) < 260


def test_a_paper_drawn_years_ago_comes_out_the_same() -> None:
    assert keyed_order("seed", [1, 2, 3, 4, 5]) == keyed_order("seed", [5, 4, 3, 2, 1])
    assert keyed_order("seed", [1, 2, 3, 4, 5]) == [5, 3, 1, 2, 4]


def case(first: int, passage: int, *kinds: QuestionType) -> list[Candidate]:
    """The questions of a case, from this id on."""
    return [Candidate(first + n, kind, ("刑法",), 1, 500, passage) for n, kind in enumerate(kinds)]


TWO_CELLS = Blueprint(
    (Cell(1, "", SINGLE, None, None, 3, 100), Cell(2, "", MULTIPLE, None, None, 2, 200))
)
MIXED = [
    *(Candidate(n, SINGLE, ("刑法",), 1, 100 * n) for n in range(1, 7)),
    *(Candidate(n, MULTIPLE, ("刑法",), 1, 900 - 100 * (n - 10)) for n in range(10, 14)),
    *case(20, 1, SINGLE, MULTIPLE),
    *case(30, 2, SINGLE, SINGLE),
]


GOLDEN = {
    "a": [(3, 1, 100), (6, 1, 100), (11, 2, 200), (20, 2, 100), (21, 2, 200)],
    "b": [(3, 1, 100), (5, 1, 100), (4, 1, 100), (11, 2, 200), (13, 2, 200)],
    "c": [(5, 1, 100), (3, 1, 100), (2, 1, 100), (12, 2, 200), (11, 2, 200)],
}


def test_a_paper_with_cases_comes_out_as_it_did_years_ago() -> None:
    pool = Pool(TWO_CELLS, MIXED)
    papers = {seed: [(p.id, p.cell, p.marks) for p in draw_from(pool, seed)] for seed in "abc"}
    assert papers == GOLDEN


def test_a_case_that_does_not_fit_whole_is_not_drawn() -> None:
    long = case(40, 3, SINGLE, SINGLE, SINGLE, SINGLE)
    pool = Pool(TWO_CELLS, [*MIXED, *long])
    for seed in map(str, range(40)):
        assert not {each.id for each in draw_from(pool, seed)} & {40, 41, 42, 43}


def test_a_case_alone_may_fill_a_paper_and_gives_way_where_it_must() -> None:
    blueprint = Blueprint((Cell(1, "", SINGLE, None, None, 2, 100),))
    whole = Pool(blueprint, case(40, 3, SINGLE, SINGLE))
    assert [each.id for each in draw_from(whole, "s")] == [40, 41]
    three = Pool(blueprint, [*case(40, 3, SINGLE, SINGLE, SINGLE), *MIXED[:2]])
    assert {each.id for each in draw_from(three, "s")} == {1, 2}


def test_a_paper_close_to_the_pools_mean_is_taken_first() -> None:
    pool = [Candidate(n, SINGLE, ("刑法",), 1, 1000 * (n % 2)) for n in range(20)]
    blueprint = Blueprint((Cell(1, "", SINGLE, None, None, 10, 100),))
    for seed in map(str, range(20)):
        right = sum(each.id % 2 for each in draw(blueprint, pool, seed))
        assert right == 5


def test_what_is_avoided_comes_last_and_what_is_rather_not_drawn_before_it() -> None:
    blueprint = Blueprint((Cell(1, "", SINGLE, None, None, 4, 100),))
    pool = Pool(blueprint, [Candidate(n, SINGLE, ("刑法",), 1) for n in range(8)])
    for seed in map(str, range(20)):
        drawn = {p.id for p in draw_from(pool, seed, avoid=[0, 1, 2], rather_not=[3, 4])}
        assert {5, 6, 7} < drawn and drawn & {3, 4} and not drawn & {0, 1, 2}
        drawn = {p.id for p in draw_from(pool, seed, avoid=range(7))}
        assert 7 in drawn and len(drawn) == 4


def test_another_order_has_the_same_questions() -> None:
    pool = Pool(TWO_CELLS, MIXED)
    plain = draw_from(pool, "a")
    others = [draw_from(pool, "a", order_seed=each) for each in "bcdef"]
    assert all({p.id for p in other} == {p.id for p in plain} for other in others)
    assert any(other != plain for other in others)
    assert draw_from(pool, "a", order_seed="a") == plain


def test_fixed_questions_are_on_every_paper_and_keep_their_places_when_others_move() -> None:
    blueprint = Blueprint(
        (Cell(1, "", SINGLE, None, None, 2, 100), Cell(2, "", SINGLE, ("刑法",), None, 2, 100))
    )
    candidates = [Candidate(n, SINGLE, ("刑法" if n < 3 else "民法",), 1) for n in range(8)]
    for seed in map(str, range(20)):
        paper = draw_from(Pool(blueprint, candidates, fixed=[1, 99]), seed)
        assert {p.id for p in paper if p.id == 1} == {1}
        assert all(p.id < 3 for p in paper if p.cell == 2)


def test_options_are_shuffled_by_seed_and_question() -> None:
    ids = list("abcdef")
    orders = {tuple(order_options("s", n, ids, False)) for n in range(20)}
    assert len(orders) > 10 and all(sorted(order) == ids for order in orders)
    assert order_options("s", 1, ids, False) == order_options("s", 1, ids, False)


@pytest.mark.parametrize(
    "text",
    [
        "以上都对",
        "以上均正确。",
        "以上都不对",
        "A和B",
        "A、B、C",
        "ABC都正确",
        "前三项",
        "上述选项皆是",
    ],
)
def test_options_that_speak_of_others_by_place_keep_every_place(text: str) -> None:
    ids, texts = list("abcd"), ["甲", "乙", "丙", text]
    assert keeps_order(SINGLE, texts)
    assert all(order_options(str(n), n, ids, True) == ids for n in range(20))


def test_true_and_false_keep_their_places() -> None:
    assert keeps_order(QuestionType.TRUE_FALSE, ["正确", "错误"])
    assert not keeps_order(SINGLE, list("甲乙丙丁"))
