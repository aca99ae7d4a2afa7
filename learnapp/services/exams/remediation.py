"""补学: the way back after a failed exam: the sections behind the wrong answers, then another paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import remediation
from learnapp.db.exams.attempt_models import RemedyReading
from learnapp.db.exams.attempt_papers import AttemptSummary
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.remediation import AskedQuestion, SectionToRead
from learnapp.db.progress import figure_facts as duties
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.exams import WindowKind, WindowTimes
from learnapp.domain.exams.outcomes import in_order
from learnapp.domain.exams.remediation import (
    ReadingReason,
    citations,
    cites_any,
    law_cited,
    of_category,
    short_name,
)
from learnapp.domain.study.owed import may_begin
from learnapp.services.exams import result_visibility
from learnapp.services.exams.result_visibility import OwnVisibility
from learnapp.services.study.owed import OwnExam, exam_of


@dataclass(frozen=True)
class SectionBehind:
    """A section behind at least one question of the paper; once the keys are open, behind at least
    one wrong answer."""

    version_id: int
    ordinal: int
    title: str
    heading: str
    html: str
    length: int
    questions: int
    read: bool
    why: ReadingReason


@dataclass(frozen=True)
class Unplaced:
    """A question for which no reading of the person has anything: its number on the paper, what it
    rests on, and its category; either may be empty."""

    ordinal: int
    source: str
    category: str


@dataclass(frozen=True)
class WayBack:
    """The situation of a person who failed."""

    exam: Exam
    window: ExamWindow
    attempt_id: int
    attempt: str
    sections: list[SectionBehind]
    unplaced: list[Unplaced]  # wrong answers that no reading treats; empty until the keys are open
    nothing_for: int  # how many questions no reading treats, of all while the keys are shut
    keys: bool  # whether the keys are open; until then `sections` is behind all of the paper

    @property
    def unread(self) -> int:
        """Sections to read before the next paper."""
        return sum(not each.read for each in self.sections)


def way_back(caller: Caller, exam_id: int) -> WayBack | None:
    """The actor's way back in an exam; None when they have passed, not sat, may not know yet that
    they failed, are not asked any more, or there is none open."""
    session, now = caller.session, caller.now
    person_id = caller.actor.own_id()
    own = exam_of(session, person_id, exam_id, now)
    if own is None:
        return None
    window = _open_window(own, now)
    last = next((each for each in reversed(in_order(own.facts.attempts)) if each.counts), None)
    if window is None or last is None:
        return None
    # Which answers were wrong is part of the key (key_visibility). Before it may be shown, what is
    # behind all questions of the paper is read; sources come with the key.
    seen = result_visibility.own(session, person_id, now)
    keys = last.public_id in seen.keys and not _asked_again(session, last.id, seen)
    sections, unplaced = _behind(session, person_id, now, last.id, keys)
    return WayBack(
        own.exam,
        window,
        last.id,
        last.public_id,
        sections,
        unplaced if keys else [],
        len(unplaced),
        keys,
    )


def _asked_again(session: Session, attempt_id: int, own: OwnVisibility) -> bool:
    """Whether a question of the attempt is on a paper of the person that is not handed in."""
    if not own.unfinished:
        return False
    asked = remediation.asked_in(session, attempt_id, wrong_only=False)
    return any(each.question_id in own.unfinished for each in asked)


def _open_window(own: OwnExam, now: datetime) -> ExamWindow | None:
    """The window of 补学 that is open to the person now."""
    rules = {each.id: each for each in own.facts.windows}
    found = [
        window
        for window in own.windows
        if window.kind == WindowKind.REMEDIAL
        and WindowTimes(window.opens_at, window.closes_at).holds(now)
        and may_begin(own.facts, rules[window.id])
    ]
    return found[0] if found else None


def _behind(
    session: Session, person_id: int, now: datetime, attempt_id: int, wrong_only: bool
) -> tuple[list[SectionBehind], list[Unplaced]]:
    """The sections of what the person is asked to read that treat what they answered wrongly, or
    all that they were asked; and the questions for which there is nothing."""
    items = duties.items_asked_of(session, person_id, now)
    portions = [item.portion_id for item in items if item.portion_id is not None]
    texts = remediation.sections_of(session, portions)
    asked = remediation.asked_in(session, attempt_id, wrong_only)
    read = remediation.read_after(session, attempt_id)
    behind: dict[tuple[int, int], list[ReadingReason]] = {}
    unplaced = []
    for question in asked:
        found, why = _found(texts, question)
        for text in found:
            behind.setdefault((text.version_id, text.ordinal), []).append(why)
        if not found:
            named_source = question.source or question.law
            unplaced.append(Unplaced(question.ordinal, named_source, question.category or ""))
    sections = [
        SectionBehind(
            t.version_id,
            t.ordinal,
            t.title,
            t.heading,
            t.html,
            t.length,
            len(behind[key]),
            key in read,
            ReadingReason.LAW if ReadingReason.LAW in behind[key] else ReadingReason.CATEGORY,
        )
        for t in texts
        if (key := (t.version_id, t.ordinal)) in behind
    ]
    return sections, unplaced


@dataclass(frozen=True)
class PlaceToRead:
    """Where the text behind a question is: a portion and its section, counted from 1; no portion
    where no reading of the person has any, then the law or category to look for."""

    portion_id: int | None
    section: int
    words: str


def place_behind(caller: Caller, head: AttemptSummary, ordinal: int) -> PlaceToRead:
    """What to read about a question of one's own attempt, once its key may be shown. Raises NotFound
    before that, and where there is no such place."""
    session, person_id = caller.session, caller.actor.own_id()
    seen = result_visibility.of_attempt(session, head, True, caller.now)
    asked = remediation.asked_in(session, head.id, wrong_only=False)
    question = next((each for each in asked if each.ordinal == ordinal), None)
    if question is None or not seen.key_of(question.question_id):
        raise NotFound("question_unknown")
    items = duties.items_asked_of(session, person_id, caller.now)
    portions = [item.portion_id for item in items if item.portion_id is not None]
    texts = remediation.sections_of(session, portions)
    found, _why = _found(texts, question)
    if not found:
        topic = (question.category or "").rpartition("/")[2]
        return PlaceToRead(None, 1, short_name(question.law) or topic)
    first = found[0]
    own = [each for each in texts if each.portion_id == first.portion_id]
    return PlaceToRead(first.portion_id, own.index(first) + 1, "")


def _found(
    texts: Sequence[SectionToRead], question: AskedQuestion
) -> tuple[list[SectionToRead], ReadingReason]:
    """The sections behind a question and why: those whose portion it checks or that explain the
    article of its source; else those about the law beside it; else those of its category."""
    checked = [text for text in texts if text.check_question_id == question.question_id]
    cited = citations(question.source)
    about = [text for text in texts if cited and cites_any(text.title, text.html, cited)]
    if checked or about:
        return [text for text in texts if text in checked or text in about], ReadingReason.LAW
    laws = law_cited(question.law)
    if found := [text for text in texts if cites_any(text.title, text.html, laws)]:
        return found, ReadingReason.LAW
    category = (question.category or "").split("/")
    return [text for text in texts if of_category(category, text.category)], ReadingReason.CATEGORY


def read(caller: Caller, exam_id: int, version_id: int, ordinal: int) -> WayBack:
    """Record that a section was read since the failed attempt. Raises NotFound for any other."""
    way = way_back(caller, exam_id)
    if way is None or not any(
        (each.version_id, each.ordinal) == (version_id, ordinal) for each in way.sections
    ):
        raise NotFound("section_unknown")
    row = {
        "attempt_id": way.attempt_id,
        "version_id": version_id,
        "ordinal": ordinal,
        "recorded_at": caller.now,
    }
    caller.session.execute(insert_if_new(caller.session, RemedyReading).values(row))
    sections = [
        replace(each, read=True)
        if (each.version_id, each.ordinal) == (version_id, ordinal)
        else each
        for each in way.sections
    ]
    return replace(way, sections=sections)
