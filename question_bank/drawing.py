"""Drawing a paper from a seed: the same input gives the same paper, on any machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from question_bank.assignment import Taken, augment, broadest_last
from question_bank.blueprint import Blueprint, Group, Shortage, lacking
from question_bank.kinds import QuestionType

_LETTER = r"(?:选项)?[A-HＡ-Ｈ]项?"
_POSITION = re.compile(
    r"(?:以上|上述|上列|以下|前述)[^，。；]{0,6}?"
    r"(?:都|均|皆|全|俱|不对|不正确|没有|无一|错误|正确|选项)"
    r"|^(?:全部|全都|全|都|均|皆)不?(?:对|是|正确|错|错误|选|包括|属于)$"
    r"|^前[一二两三四五六七\d](?:项|者|个)"
    rf"|^{_LETTER}(?:\s*(?:[、,，和与及或＋+&/]|and|or|以及)?\s*{_LETTER})+\s*"
    r"(?:都|均|皆|全|不|正确|错误|选项|项|$)"
    r"|(?i:\b(?:all|none|both|neither|any)\s+of\s+(?:the\s+)?(?:above|these|them))"
    rf"|(?i:\bboth\s+{_LETTER}\s+and\s+{_LETTER})"
)


Id = TypeVar("Id", int, str)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn."""

    id: int
    type: QuestionType
    category: tuple[str, ...]
    difficulty: int | None

    @property
    def group(self) -> Group:
        """What a cell looks at."""
        return self.type, self.category, self.difficulty


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawn question: its place on the paper, the ordinal of its cell, its marks."""

    ordinal: int
    id: int
    cell: int
    marks: int


class NotEnough(Exception):
    """The pool cannot fill the blueprint."""

    def __init__(self, short: list[Shortage]) -> None:
        super().__init__(f"{len(short)} cells are short")
        self.shortages = short


def keyed_order(seed: str, ids: Iterable[Id]) -> list[Id]:
    """The ids in the order that the seed gives: by SHA-256 of seed and id."""
    start = hashlib.sha256(f"{seed}:".encode())

    def rank(each: Id) -> tuple[bytes, Id]:
        hashed = start.copy()
        hashed.update(str(each).encode())
        return hashed.digest(), each

    return sorted(ids, key=rank)


def draw(blueprint: Blueprint, candidates: Iterable[Candidate], seed: str) -> list[Placed]:
    """The paper: cells in the blueprint's order, questions within one in the seed's order.

    No question comes twice, and overlapping cells are filled whenever any choice of questions
    fills them. Raises NotEnough when none does.
    """
    by_id = {each.id: each for each in candidates}
    members: dict[Group, list[int]] = {}
    places = {number: place for place, number in enumerate(keyed_order(seed, by_id))}
    for number in places:
        members.setdefault(by_id[number].group, []).append(number)
    groups = list(members)
    fits = [[n for n, g in enumerate(groups) if cell.takes(g)] for cell in blueprint.cells]
    taken = _first_choice(blueprint, fits, [members[group] for group in groups], places)
    free = [
        len(members[group]) - sum(each.get(n, 0) for each in taken)
        for n, group in enumerate(groups)
    ]
    augment([cell.count for cell in blueprint.cells], fits, free, taken)
    if short := lacking(blueprint, taken):
        raise NotEnough(short)
    queues = [iter(members[group]) for group in groups]
    paper: list[Placed] = []
    for cell, holds in zip(blueprint.cells, taken, strict=True):
        drawn = [next(queues[n]) for n, count in sorted(holds.items()) for _ in range(count)]
        for number in sorted(drawn, key=places.__getitem__):
            paper.append(Placed(len(paper) + 1, number, cell.ordinal, cell.marks))
    return paper


def _first_choice(
    blueprint: Blueprint,
    fits: Sequence[Sequence[int]],
    members: Sequence[Sequence[int]],
    places: dict[int, int],
) -> Taken:
    """How many each cell takes of each group if every cell takes the first that fit.

    That is an even draw over all that fit a cell; augmenting afterwards moves only as many
    questions as the overlap of cells demands.
    """
    taken: Taken = [{} for _ in fits]
    used = [0] * len(members)
    for cell in broadest_last(fits, [len(each) for each in members]):
        count = blueprint.cells[cell].count
        next_ones = sorted(
            (places[number], group)
            for group in fits[cell]
            for number in members[group][used[group] : used[group] + count]
        )
        for _, group in next_ones[:count]:
            taken[cell][group] = taken[cell].get(group, 0) + 1
            used[group] += 1
    return taken


def order_options(
    seed: str,
    question_id: int,
    question_type: QuestionType,
    option_ids: Sequence[str],
    texts: Sequence[str],
) -> list[str]:
    """The order in which one person sees the options.

    Never shuffled: true/false, and questions with an option that speaks of the others by their
    place (以上都对, A和B), which would turn wrong elsewhere.
    """
    keeps = question_type not in (QuestionType.SINGLE, QuestionType.MULTIPLE)
    if keeps or any(_POSITION.search(text.strip().rstrip("。.；;")) for text in texts):
        return list(option_ids)
    return keyed_order(f"{seed}/options/{question_id}", option_ids)
