"""Keys that stand apart, given to their questions: by number, in order, by type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from question_bank.formats.recognise.answers import as_letters
from question_bank.formats.recognise.key_entries import KeyBlock, KeySection, explained_by_halves
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.records import Refused
from question_bank.kinds import CHOICES

_MOST_PAIRS = 1_000_000
# The number of a point inside an answer.
_COUNT = re.compile(r"^\s*\d{1,2}\s*[.．、](?!\d)|\n\s*\d{1,2}\s*[.．、](?!\d)")
_EVERYWHERE = 1 << 40


def give_keys(parts: Sequence[Parts], blocks: Sequence[KeyBlock]) -> None:
    """Give each question without an answer the one that a key after it has for its number.

    Where numbers repeat, sections are paired in order or by type; whatever cannot be paired
    stays without an answer and says so.
    """
    parts = [each for each in parts if not each.passage_opens]
    first = 0
    looked_at = 0
    blocks = [each for each in blocks if each.sections]
    leads = len(blocks) == 1 and _leads(blocks[0], parts)
    for given in blocks:
        start = 0 if leads else given.sections[0].where.at
        above = [each for each in parts if first <= each.where.at < (start or _EVERYWHERE)]
        first = start
        looked_at += len(above)
        block = explained_by_halves(given.sections, len(list(_runs(above))))
        given.sections = block
        if _compared(block, above):
            continue
        _contradict(block, above or [e for e in parts if e.where.at < start])
        waiting = [
            each
            for each in parts
            if not (each.answers or each.points or bracket_answers(each.stem))
            and each.where.at < (start or _EVERYWHERE)
        ]
        looked_at += len(waiting)
        if looked_at > _MOST_PAIRS:  # thousands of keys for thousands of questions without any
            raise Refused("too_costly")
        for section, run in _pairs(block, waiting):
            _give(section, run)


def contradicted(parts: Sequence[Parts], sections: Sequence[KeySection]) -> list[Parts]:
    """The answered questions for whose number a key says other letters than they do."""
    found = []
    for section, run in _pairs(sections, parts) if parts and sections else ():
        stated = {entry.number: as_letters(entry.answer) for entry in section.entries}
        for each in run:
            own, other = as_letters("".join(each.answers)), stated.get(each.number)
            if own and other and set(own) != set(other):
                found.append(each)
    return found


def _leads(block: KeyBlock, parts: Sequence[Parts]) -> bool:
    """Whether a key stands above all questions, which a person confirms; each is doubted."""
    start = block.sections[0].where.at
    if not start or not parts or start >= parts[0].where.at:
        return False
    for each in parts:
        each.doubt("answer_may_lead")
    return True


def _compared(block: Sequence[KeySection], above: Sequence[Parts]) -> bool:
    """Whether a key fits all questions above it number by number, answered or not.

    Each then has what the key says beside what it says itself, so that a difference is seen.
    """
    runs = list(_runs(above))
    same = [[e.number for e in section.entries] for section in block] == [
        [each.number for each in run] for run in runs
    ]
    if not block or not same or any(section.broken for section in block):
        return False
    if not _agree(block, runs):
        return False
    for section, run in zip(block, runs, strict=True):
        _doubt_counts(section, run)
        for each in run if section.in_order else ():
            each.doubt("key_in_order")
        for each, entry in zip(run, section.entries, strict=True):
            stated = [one for one in (entry.answer, entry.also) if one]
            in_words = each.answers and not each.options and each.declared not in CHOICES
            each.answers += [] if in_words or each.points else stated
            each.explanation = each.explanation or entry.explanation
    return True


def _agree(block: Sequence[KeySection], runs: Sequence[Sequence[Parts]]) -> bool:
    """Whether no section of a key names another type than the questions that it would answer."""
    return all(
        section.type is None or run[0].declared in (None, section.type)
        for section, run in zip(block, runs, strict=True)
    )


def _doubt_counts(section: KeySection, run: Sequence[Parts]) -> None:
    """Doubt every answer in words of a section where some answer has a count of its own: nobody can
    say which numbers are the questions'."""
    if any(_COUNT.search(entry.answer) for entry in section.entries):
        for each in run:
            each.doubt("key_counts_inside")


def _contradict(block: Sequence[KeySection], above: Sequence[Parts]) -> None:
    """Put what the key says beside what answered questions say, where numbers leave no choice."""
    stated = {entry.number: entry.answer for section in block for entry in section.entries}
    counted = Counter(each.number for each in above)
    if len(stated) < sum(len(section.entries) for section in block):
        return
    for each in above:
        answered = bool(each.answers or bracket_answers(each.stem))
        if answered and each.options and counted[each.number] == 1 and each.number in stated:
            each.answers.append(stated[each.number])


def _pairs(
    block: Sequence[KeySection], waiting: Sequence[Parts]
) -> Iterator[tuple[KeySection, list[Parts]]]:
    numbers = [entry.number for section in block for entry in section.entries]
    if len(set(numbers)) == len(numbers) and len({each.number for each in waiting}) == len(waiting):
        whole = KeySection(block[0].where, None, [e for s in block for e in s.entries])
        whole.broken = any(section.broken for section in block)
        yield whole, list(waiting)
        return
    runs = list(_runs(waiting))
    by_type = Counter(run[0].declared for run in runs)
    if len(runs) == len(block) and _agree(block, runs):
        yield from zip(block, runs, strict=True)
        return
    named = Counter(section.type for section in block)
    for section in block:
        same = [run for run in runs if run[0].declared is section.type]
        if section.type is not None and by_type[section.type] == named[section.type] == 1:
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
    stated = {entry.number: entry for entry in section.entries}
    differs = section.broken or len(stated) != len(run)
    strange = stated.keys() - {each.number for each in run}  # it may count from elsewhere
    _doubt_counts(section, run)
    for each in run:
        if section.in_order:
            each.doubt("key_in_order")
        if entry := stated.get(each.number):
            each.answers = [stated for stated in (entry.answer, entry.also) if stated]
            each.explanation = each.explanation or entry.explanation
        if differs:
            each.doubt("key_length_differs", key=len(stated), questions=len(run))
        elif strange:
            each.doubt("key_not_matched")
