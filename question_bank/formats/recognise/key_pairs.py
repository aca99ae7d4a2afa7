"""Keys that stand apart, given to their questions: by number, in order, by type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from question_bank.formats.recognise.key_entries import KeySection
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.records import Refused

_MOST_PAIRS = 1_000_000


def give_keys(parts: Sequence[Parts], blocks: Sequence[list[KeySection]]) -> None:
    """Give each question without an answer the one that a key after it has for its number.

    Where numbers repeat, sections are paired in order or by type; whatever cannot be paired
    stays without an answer and says so.
    """
    without = [each for each in parts if not each.points and not bracket_answers(each.stem)]
    looked_at = 0
    for block in blocks:
        start = block[0].where.first if block else None
        waiting = [
            each
            for each in without
            if not each.answers and (start is None or (each.where.first or 0) < start)
        ]
        looked_at += len(waiting)
        if looked_at > _MOST_PAIRS:  # thousands of keys for thousands of questions without any
            raise Refused("too_costly")
        for section, run in _pairs(block, waiting):
            _give(section, run)


def _pairs(
    block: Sequence[KeySection], waiting: Sequence[Parts]
) -> Iterator[tuple[KeySection, list[Parts]]]:
    told = [entry.number for section in block for entry in section.entries]
    if len(set(told)) == len(told) and len({each.number for each in waiting}) == len(waiting):
        whole = KeySection(block[0].where, None, [e for s in block for e in s.entries])
        whole.broken = any(section.broken for section in block)
        yield whole, list(waiting)
        return
    runs = list(_runs(waiting))
    by_type = Counter(run[0].declared for run in runs)
    if len(runs) == len(block):
        yield from zip(block, runs, strict=True)
        return
    for section in block:
        same = [run for run in runs if run[0].declared is section.type]
        if section.type is not None and by_type[section.type] == 1:
            yield section, same[0]
    for run in runs:
        if by_type[run[0].declared] > 1 or all(s.type is not run[0].declared for s in block):
            for each in run:
                each.doubt("key_not_matched")


def _runs(parts: Sequence[Parts]) -> Iterator[list[Parts]]:
    """The parts between headings, and between numbers that start again."""
    run: list[Parts] = []
    for each in parts:
        if run and (each.section != run[-1].section or each.number <= run[-1].number):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _give(section: KeySection, run: Sequence[Parts]) -> None:
    said = {entry.number: entry for entry in section.entries}
    differs = section.broken or len(said) != len(run)
    for each in run:
        if entry := said.get(each.number):
            each.answers = [said for said in (entry.answer, entry.also) if said]
            each.explanation = each.explanation or entry.explanation
        if differs:
            each.doubt("key_length_differs", key=len(said), questions=len(run))
