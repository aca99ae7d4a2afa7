"""Cases: a text that several questions share, distinguished from questions by what follows it."""

from __future__ import annotations

from collections.abc import Sequence

from question_bank.formats.recognise.line_classifier import range_of
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.records import Note
from question_bank.kinds import QuestionType

_SHORTEST = 20


def share_cases(parts: Sequence[Parts]) -> tuple[list[Parts], list[Note]]:
    """Give the text of each case to the questions below it; what remains are questions.

    A case says that it is one (案例一：…, 阅读材料，回答 1-3 题), or is a numbered text without
    options and answer before questions that are numbered another way or count again. Where only
    the numbers tell, the question is left for a person to confirm.
    """
    questions: list[Parts] = []
    notes: list[Note] = []
    case: _Case | None = None
    for place, each in enumerate(parts):
        after = parts[place + 1] if place + 1 < len(parts) else None
        if _is_case(each, after):
            case = _Case(each)
            notes.append(Note("passage", {"text": each.stem[:80]}, each.where))
            continue
        if case is not None and case.holds(each):
            case.take(each)
        else:
            case = None
        questions.append(each)
    return questions, notes


class _Case:
    """A case and how the questions that belong to it are numbered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._range = range_of(parts.stem) if parts.passage_opens else None
        self._style = ""
        self._count = 0

    def holds(self, each: Parts) -> bool:
        """Whether a question belongs to this case."""
        case = self._parts
        if each.category != case.category or (
            each.section != case.section and not case.passage_opens
        ):
            return False
        if self._range is not None:
            first, last = self._range
            return first <= each.number <= last or self._count < last - first + 1
        if case.passage_opens:
            return each.section == case.section
        if each.style != case.style:
            return True
        if self._style and self._style != case.style:
            return False  # the numbering of the cases goes on: the case is over
        return each.number < case.number

    def take(self, each: Parts) -> None:
        """Make the case the question's passage."""
        case = self._parts
        each.passage = case.stem
        self._count += 1
        self._style = self._style or each.style
        sure = case.passage_opens or each.style != case.style
        if not sure:
            each.doubt("case_assumed", number=case.number)


def _is_case(each: Parts, after: Parts | None) -> bool:
    if each.options or each.answers or bracket_answers(each.stem) or after is None:
        return False
    if after.section != each.section and not each.passage_opens:
        return False
    if each.passage_opens:
        asks = bool(after.options or after.answers or bracket_answers(after.stem))
        return asks or (after.number > 0 and range_of(each.stem) is not None)
    inner = after.style == "()" != each.style
    if each.declared is not None and not (inner and each.declared is QuestionType.SHORT_ANSWER):
        return False
    asks = bool(after.options or after.answers)
    restarts = after.style != each.style or after.number < each.number
    return each.number > 0 and len(each.stem) >= _SHORTEST and asks and restarts
