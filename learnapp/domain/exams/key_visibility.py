"""May this key be shown to this person now: one rule for every page (ADR 0011).

The key of a question means its right answer, its explanation and source, and whatever gives it away:
right or wrong, the marks of the one question, a marker's comment, an entry of the notebook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import ExamKind, WindowKind


@dataclass(frozen=True)
class KeyWindow:
    """A window of an exam, as far as it withholds keys.

    `shown_at` is the instant from which the keys of its papers are open, once that is recorded;
    `answering` whether somebody is answering in it online now. `overlap` counts the questions of the
    main windows that its papers may repeat, None while that is not known.
    """

    id: int
    kind: WindowKind
    closes_at: datetime
    shown_at: datetime | None = None
    answering: bool = False
    overlap: int | None = None
    cancelled: bool = False

    def is_over(self, now: datetime) -> bool:
        """Whether nobody can answer in it any more."""
        return now > self.closes_at + GRACE and not self.answering


@dataclass(frozen=True)
class ExamTimes:
    """The kind of an exam and all its windows."""

    kind: ExamKind
    windows: Sequence[KeyWindow]

    def window(self, window_id: int) -> KeyWindow:
        """The window with this id."""
        return next(each for each in self.windows if each.id == window_id)

    @property
    def asking(self) -> list[KeyWindow]:
        """The windows of the exam itself: 补学 comes after it and withholds nothing; nor does one
        that is cancelled."""
        return [
            each
            for each in self.windows
            if each.kind is not WindowKind.REMEDIAL and not each.cancelled
        ]

    def keeping_back(self, own: KeyWindow, expecting: bool = False) -> list[KeyWindow]:
        """The windows that have to be over before the keys of papers written in `own` are open.

        For a weekly test's main windows these are the main windows themselves, and those make-ups
        and retakes that may repeat their questions; in every other case all windows of the exam. A
        make-up of which that is not known yet counts, unless one asks what is to be expected.
        """
        if self.kind is not ExamKind.WEEKLY or own.kind is not WindowKind.MAIN:
            return self.asking
        unknown = 0 if expecting else 1
        return [
            each
            for each in self.asking
            if each.kind is WindowKind.MAIN or (unknown if each.overlap is None else each.overlap)
        ]

    def main_is_over(self, now: datetime) -> bool:
        """Whether nobody can answer in a main window any more."""
        return all(each.is_over(now) for each in self.asking if each.kind is WindowKind.MAIN)

    def opens_at(self, window_id: int) -> datetime | None:
        """The instant after which the keys of a window's papers are open, unless somebody is still
        answering then; None for an exam without a window that withholds them."""
        own = self.window(window_id)
        if own.shown_at is not None:
            return own.shown_at
        closes = [each.closes_at for each in self.keeping_back(own, expecting=True)]
        return max(closes) + GRACE if closes else None

    def is_open(self, window_id: int, now: datetime) -> bool:
        """Whether the keys of a window's papers are open. Once recorded as open they stay so."""
        own = self.window(window_id)
        if self.kind is ExamKind.PRACTICE or (own.shown_at is not None and own.shown_at <= now):
            return True
        return all(each.is_over(now) for each in self.keeping_back(own))

    def waits_for_overlap(self, window_id: int, now: datetime) -> bool:
        """Whether the keys wait only for a make-up or retake that repeats questions."""
        own = self.window(window_id)
        return (
            self.kind is ExamKind.WEEKLY
            and own.kind is WindowKind.MAIN
            and not self.is_open(window_id, now)
            and any(each.overlap and not each.is_over(now) for each in self.asking)
        )


@dataclass(frozen=True)
class OnPaper:
    """A question on a paper of this person that was handed in: its exam, its window, and whether
    the marks of the attempt may be seen."""

    exam: ExamTimes
    window_id: int
    marks_visible: bool


@dataclass(frozen=True)
class Occasion:
    """All that the rule asks about one question and one person.

    `unfinished`: it is on a paper of theirs that is not handed in, on screen or in ink. `seen`: they
    were lawfully shown its key before. `answered`: they have just answered it in practice or as the
    check question of a reading. `permitted`: they open it as staff, which is recorded.
    """

    unfinished: bool = False
    seen: bool = False
    answered: bool = False
    permitted: bool = False
    paper: OnPaper | None = None


def may_be_shown(occasion: Occasion, now: datetime) -> bool:
    """Whether this person may be shown this key now."""
    if occasion.unfinished:
        return False
    if occasion.seen or occasion.answered or occasion.permitted:
        return True
    paper = occasion.paper
    return paper is not None and paper.marks_visible and paper.exam.is_open(paper.window_id, now)
