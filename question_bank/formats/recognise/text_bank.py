"""From the lines of a document to the parts of its questions: keys apart, cases shared."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from question_bank.formats.recognise.answer_sections import key_notes, part_keys
from question_bank.formats.recognise.blanks import bare, see_gaps
from question_bank.formats.recognise.key_entries import KeyBlock
from question_bank.formats.recognise.key_pairs import give_keys
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import UNDERLINE, Line
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.recognise.readings import asks, best_reading, contradicts, page_marks
from question_bank.formats.recognise.shared_options import (
    give_shared,
    shared_options,
    without_shared,
)
from question_bank.formats.recognise.shared_passages import share_cases
from question_bank.formats.recognise.unfolding import unfolded
from question_bank.formats.records import Note, Where
from question_bank.kinds import CHOICES, QuestionType

_SMALL_MARK = re.compile(r"^\s*[a-h]\s*[.、．)）]\s*\S")
_SMALL_INSIDE = re.compile(r"(?:^\s*|(?<=\s))[a-h](?=\s*[.、．)）])")
_CAPITAL = re.compile(r"^\s*[(（\[]?[A-H]\s*[.、．:：)）\]]")
_STARS = re.compile(r"^\*{1,3}\s+(?=\S)")
_OFTEN = 3
_SHORTEST_REPEATED = 4
# Lines that may stand beside a key without being questions.
_NO_QUESTION = (LineKind.EMPTY, LineKind.TEXT, LineKind.HEADING, LineKind.CHAPTER)
# What a stem ends in.
_ENDS = "。？?！!：:）)_；;.．"


def keys_of(lines: Sequence[Line]) -> list[KeyBlock]:
    """The keys of lines that are nothing but keys, without places; empty for any others."""
    lines, seen = _classified(unfolded(lines))
    places, blocks = part_keys(lines, seen)
    if any(seen[place].kind not in _NO_QUESTION for place in places):
        return []
    for block in blocks:
        for each in block.sections:
            each.where = Where(sheet=block.where.sheet)
    return blocks


def parts_of(
    lines: Sequence[Line],
    section: ClassifiedLine | None = None,
    tabled: Sequence[Parts] = (),
) -> tuple[list[Parts], list[Note]]:
    """The parts of every question of a document, and notes on the lines that are none.

    `section` is what the name of the file says of its type, up to the first heading; `tabled` are
    the questions of its tables, which get their answers from keys among the lines.
    """
    lines, seen = _classified(unfolded(lines))
    pages = page_marks(lines)
    for place, what in pages.items():
        seen[place] = what
    places, blocks = part_keys(lines, seen)
    notes = _furniture_notes([lines[place] for place in sorted(pages)])
    asked = [lines[place] for place in places]
    marks = [seen[place] for place in places]
    shared = shared_options(asked, marks)
    notes += without_shared(asked, marks, shared)
    reading = best_reading(asked, marks, section)
    recogniser = reading.recogniser
    give_shared(recogniser.parts, asked, shared)
    _doubt_dropped(recogniser.parts, [asked[place] for place in sorted(reading.unsure)])
    notes += disbelieved(recogniser.parts)
    for each in recogniser.parts if recogniser.leading else ():
        each.doubt("answer_may_lead")
    notes += _furniture_notes([asked[place] for place in sorted(reading.dropped)])
    give_keys(_in_order([*recogniser.parts, *tabled]), blocks)
    notes += key_notes(blocks)
    parts, passages = share_cases(recogniser.parts)
    notes += stars_note(sum(map(drop_star, parts)))
    doubt_strays(parts)
    notes += drop_refrains(parts)
    doubt_neighbours(parts)
    doubt_unnumbered(parts)
    doubt_behind(parts)
    doubt_repeated(parts, lines, seen)
    see_gaps(parts)
    notes += recogniser.notes + passages + restarts(parts)
    return parts, sorted(notes, key=lambda each: each.where.first or 0)


def asks_something(each: Parts) -> bool:
    """Whether there is more than words: options, an answer, or a type that a heading names."""
    named = each.declared is not None and bool(each.stem.strip())
    return named or bool(each.options or each.answers or bracket_answers(each.stem))


def _in_order(parts: list[Parts]) -> list[Parts]:
    return sorted(parts, key=lambda each: each.where.at)


def _classified(lines: Sequence[Line]) -> tuple[list[Line], list[ClassifiedLine]]:
    """The lines and what each is. Underlined words are blanks filled in under 填空, else words."""
    lines = _capital_marks(lines)
    shown: list[Line] = []
    seen: list[ClassifiedLine] = []
    section: QuestionType | None = None
    for line in lines:
        if UNDERLINE in line.text and section is not QuestionType.FILL_BLANK:
            line = replace(line, text=bare(line.text))
        what = classify(line.text)
        if what.kind is LineKind.HEADING:
            section = what.type
        shown.append(line)
        seen.append(what)
    return shown, seen


def _capital_marks(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines with the marks of options in capitals, where all of a file's are in small letters."""
    small = [n for n, line in enumerate(lines) if _SMALL_MARK.match(line.text)]
    firsts = sum(lines[n].text.lstrip()[0] == "a" for n in small)
    if not firsts or len(small) < 2 * firsts or any(_CAPITAL.match(line.text) for line in lines):
        return lines
    marked = set(small)
    return [
        replace(line, text=_SMALL_INSIDE.sub(lambda at: at.group().upper(), line.text))
        if n in marked
        else line
        for n, line in enumerate(lines)
    ]


def _furniture_notes(lines: Sequence[Line]) -> list[Note]:
    """A note for each line of the pages' furniture, so that each is reported."""
    return [Note("page_furniture", {"text": each.text.strip()[:80]}, each.where) for each in lines]


def _doubt_dropped(parts: Sequence[Parts], lines: Sequence[Line]) -> None:
    """Doubt each question that a line was left out of only because it is in many places."""
    for line in lines:
        at = line.where.first or 0
        place = bisect_right(parts, at, key=lambda each: each.where.first or 0) - 1
        if place >= 0 and at <= (parts[place].where.until or 0):
            parts[place].doubt("furniture_inside", text=line.text.strip()[:40])


def disbelieved(parts: Sequence[Parts]) -> list[Note]:
    """Take the type of a heading from questions of which most cannot be of it; a note for each.

    What is below then says what a question is. Where the section is short, or the others agree
    with the heading, the question is left for a person.
    """
    notes = []
    for _, group in groupby(parts, key=lambda each: each.section):
        run = list(group)
        against = [each for each in run if contradicts(each)]
        if 2 * len(against) <= len(run):
            continue
        named = against[0].declared
        for each in run:
            each.declared = None
            if len(against) < _OFTEN or each not in against:
                each.doubt("heading_disbelieved", type=str(named))
        params = {"type": str(named), "questions": len(run)}
        notes.append(Note("heading_disbelieved", params, run[0].where))
    return notes


def drop_star(each: Parts) -> int:
    """Take stray asterisks off a stem (`** 1902年…`); whether there were any."""
    each.stem, count = _STARS.subn("", each.stem)
    return count


def stars_note(dropped: int) -> list[Note]:
    """How many stems lost their asterisks, if any did."""
    return [Note("stars_dropped", {"questions": dropped})] if dropped else []


def drop_refrains(parts: Sequence[Parts]) -> list[Note]:
    """Take off what stands behind most answers in the same words, as buttons of a page do."""
    counted = Counter(text for each in parts for text in set(each.stray))
    refrains = {t for t, n in counted.items() if n >= _OFTEN and 2 * n >= len(parts)}
    for each in parts if refrains else ():
        each.details += [text for text in each.stray if text in refrains]
        each.stray = [text for text in each.stray if text not in refrains]
        dropped = {text[:80] for text in refrains}
        each.reasons = [
            reason
            for reason in each.reasons
            if reason.code != "text_after_answer" or reason.params["text"] not in dropped
        ]
    return [
        Note("refrain_dropped", {"text": t[:80], "questions": counted[t]}) for t in sorted(refrains)
    ]


def doubt_strays(parts: Sequence[Parts]) -> None:
    """Doubt a written answer that ends in words found behind another answer: they were swallowed."""
    behind = {text for each in parts for text in each.stray}
    for each in parts if behind else ():
        lines = each.answers[-1].split("\n") if each.answers else []
        if lines and lines[-1] in behind and each.declared not in CHOICES:
            each.doubt("answer_with_stray_text", text=lines[-1][:80])


def doubt_neighbours(parts: Sequence[Parts]) -> None:
    """Doubt what is behind a stem that has neither options nor an answer among such as have.

    The two may be one question that a number at the head of a wrapped line broke in two. A number
    that comes twice in a row says the same of both.
    """
    for before, each in pairwise(parts):
        if before.section != each.section or before.style != each.style or not each.number:
            continue
        if before.number == each.number and not (before.passage or each.passage):
            before.doubt("number_twice", number=each.number)
            each.doubt("number_twice", number=each.number)
        bare = not (before.options or before.answers or bracket_answers(before.stem))
        unfinished = before.declared is None and before.stem.rstrip()[-1:] not in _ENDS
        choices = before.declared in (QuestionType.SINGLE, QuestionType.MULTIPLE)
        jumps = unfinished and each.number > before.number + 1
        follows = each.number == before.number + 1 and (unfinished or choices)
        if bare and each.options and (follows or jumps):
            each.doubt("stem_before", text=before.stem[-40:])


def doubt_unnumbered(parts: Sequence[Parts]) -> None:
    """Doubt a question without a number among numbered ones: it may be the rest of another."""
    numbered = Counter(each.section for each in parts if each.number)
    for each in parts:
        if not each.number and not each.passage and numbered[each.section] >= _OFTEN:
            each.doubt("number_missing")


def doubt_behind(parts: Sequence[Parts]) -> None:
    """Doubt options behind an answer in a file that writes them above: they may be of another question."""
    behind = [each for each in parts if each.behind]
    if 2 * len(behind) <= sum(bool(each.options) for each in parts):
        for each in behind:
            each.doubt("options_behind")


def doubt_repeated(
    parts: Sequence[Parts], lines: Sequence[Line], seen: Sequence[ClassifiedLine]
) -> None:
    """Doubt what holds a line that the file repeats in other places: a page's header may be in it.

    What comes only in the middle of stems is their own.
    """
    counted = Counter(
        line.text.strip()
        for line, what in zip(lines, seen, strict=True)
        if what.kind is LineKind.TEXT
    )
    often = {
        t for t, n in counted.items() if n > 1 and len(t) >= _SHORTEST_REPEATED and not asks(t)
    }
    held: defaultdict[str, list[tuple[str, Parts]]] = defaultdict(list)
    for each in parts if often else ():
        texts = [("stem", each.stem), ("", each.explanation)]
        texts += [("", text) for _, text in each.options] + [("", a) for a in each.answers]
        for role, text in texts:
            lines_of_it = text.split("\n")
            if role != "stem" and len(lines_of_it) > 1 and lines_of_it[0].strip() in often:
                held[lines_of_it[0].strip()].append(("other", each))
            for before, line in pairwise(lines_of_it):
                if line.strip() in often:
                    own = role == "stem" and before.rstrip()[-1:] not in _ENDS
                    held[line.strip()].append(("stem" if own else "other", each))
    for text, found in held.items():
        if {role for role, _ in found} != {"stem"} or counted[text] > len(found):
            for _, each in found:
                each.doubt("furniture_inside", text=text[:40])


def restarts(parts: Sequence[Parts]) -> list[Note]:
    """A note where numbers begin again at 1 without a heading: two files may have been joined."""
    found = []
    for before, each in pairwise(parts):
        same = each.section == before.section and not each.passage and each.style == before.style
        if same and each.number == 1 and before.number > 1:
            found.append(Note("numbers_restart", {}, Where(paragraph=each.where.first)))
    return found
