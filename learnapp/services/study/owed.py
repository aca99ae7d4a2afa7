"""What a person owes, item by item, with the one state of each: for their week and their exams."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_of, attempts_of_person
from learnapp.db.progress.person_duties import duties_of_person
from learnapp.db.study import owed as owed_queries
from learnapp.db.study.models import Item
from learnapp.db.study.unit_electives import done_by, offers_to
from learnapp.domain.exams.exams import CountingRule, ExamKind, WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.progress.figures import DutyState, PersonDuty
from learnapp.domain.study.owed import (
    ExamFacts,
    Owed,
    WindowFacts,
    state_of_exam,
    state_of_portion,
    state_of_session,
)
from learnapp.domain.study.unit_electives import Offer, duty_of


@dataclass(frozen=True)
class OwedItem:
    """A portion, an exam or a session with its state; `duty` is None where it is not asked any more.

    `offer`: by which unit it is offered, where nothing asks it.
    """

    title: str
    owed: Owed
    duty: PersonDuty | None
    portion_id: int | None = None
    exam_id: int | None = None
    exam_minutes: int = 0
    offer: Offer | None = None


@dataclass(frozen=True)
class OwnExam:
    """An exam of one person: its windows, their attempts, and its state."""

    exam: Exam
    windows: list[ExamWindow]  # the nearest close first; batches of others left out
    facts: ExamFacts
    owed: Owed


def items_owed(session: Session, person_id: int, now: datetime) -> list[OwedItem]:
    """All that is asked of the person, and what they are answering though it is not asked any
    more; the soonest due first. Seven statements, whatever their number, and three more where units
    offer something."""
    asked, offers = _asked(session, person_id, now)
    of_exam = {item.exam_id: duty for item, duty in asked if item.exam_id is not None}
    exams = _exams(session, person_id, now, of_exam, every=False)
    found = []
    for item, duty in asked:
        exam = None if item.exam_id is None else exams.get(item.exam_id)
        minutes = 0 if exam is None else exam.exam.duration_s // 60
        offer = offers.get(item.id)
        if exam is not None:
            owed = exam.owed
        elif offer is not None and offer.starts_at is not None:
            owed = state_of_session(offer.starts_at, duty.state is DutyState.DONE, now)
        else:
            owed = state_of_portion(duty.due, duty.state is DutyState.DONE, now)
        found.append(
            OwedItem(item.title, owed, duty, item.portion_id, item.exam_id, minutes, offer)
        )
    begun = [each for exam_id, each in exams.items() if exam_id not in of_exam]
    return [
        *(OwedItem(each.exam.title, each.owed, None, None, each.exam.id) for each in begun),
        *found,
    ]


def _asked(
    session: Session, person_id: int, now: datetime
) -> tuple[list[tuple[Item, PersonDuty]], dict[int, Offer]]:
    """Each item that is asked of the person with its duty, the soonest due first; of several
    requirements that ask one item, a required one before an elective one, then the soonest. What
    nothing asks but a unit offers is among them, with its offer by item."""
    duties: dict[int, PersonDuty] = {}
    for _, duty in duties_of_person(session, person_id, now):
        known = duties.setdefault(duty.duty.item_id, duty)
        if _rank(duty) < _rank(known):
            duties[duty.duty.item_id] = duty
    offers = {
        each.item_id: each
        for each in offers_to(session, person_id, now)
        if each.item_id not in duties
    }
    done = done_by(session, person_id, offers) if offers else set()
    duties |= {each: duty_of(offer, each in done, now) for each, offer in offers.items()}
    items = owed_queries.items_of(session, duties)
    found = [(items[item_id], duty) for item_id, duty in duties.items()]
    found.sort(key=lambda each: (each[1].duty.due_at, each[1].duty.requirement_id))
    return found, offers


def _rank(duty: PersonDuty) -> tuple[bool, bool, datetime]:
    return not duty.duty.required, duty.due.at is None, duty.due.at or duty.duty.due_at


def exams_of(session: Session, person_id: int, now: datetime) -> list[OwnExam]:
    """The exams that are asked of the person, and those they have an attempt in."""
    asked, _offers = _asked(session, person_id, now)
    of_exam = {item.exam_id: duty for item, duty in asked if item.exam_id is not None}
    return list(_exams(session, person_id, now, of_exam, every=True).values())


def exam_of(session: Session, person_id: int, exam_id: int, now: datetime) -> OwnExam | None:
    """One exam of the person; None where it is neither asked of them nor was begun by them."""
    duties = {
        item.exam_id: duty
        for item, duty in _asked(session, person_id, now)[0]
        if item.exam_id == exam_id
    }
    attempts = attempts_of(session, person_id, exam_id, now)
    if not duties and not attempts:
        return None
    found = _with_windows(session, person_id, now, duties, {exam_id: attempts})
    return found.get(exam_id)


def _exams(
    session: Session,
    person_id: int,
    now: datetime,
    asked: dict[int, PersonDuty],
    every: bool,
) -> dict[int, OwnExam]:
    """By id; `every`: also the exams of all past attempts, not only of open ones."""
    attempts: dict[int, list[AttemptFacts]] = {}
    for each in attempts_of_person(session, person_id, now, None if every else asked):
        attempts.setdefault(each.exam_id, []).append(each)
    return _with_windows(session, person_id, now, asked, attempts)


def _with_windows(
    session: Session,
    person_id: int,
    now: datetime,
    asked: dict[int, PersonDuty],
    attempts: dict[int, list[AttemptFacts]],
) -> dict[int, OwnExam]:
    found = {}
    rows = owed_queries.exams_with_windows(session, person_id, asked.keys() | attempts.keys())
    for exam, windows in rows:
        facts = exam_facts(exam, windows, asked.get(exam.id), attempts.get(exam.id, []))
        mine = [window for window, for_person in windows if for_person]
        found[exam.id] = OwnExam(exam, mine, facts, state_of_exam(facts, now))
    return found


def exam_facts(
    exam: Exam,
    windows: Iterable[tuple[ExamWindow, bool]],
    duty: PersonDuty | None,
    attempts: Collection[AttemptFacts],
) -> ExamFacts:
    """An exam of one person in the shape that the rules take; nothing of a retired one is asked."""
    return ExamFacts(
        tries=exam.tries,
        counts=CountingRule(exam.counts),
        due=None if duty is None or exam.retired_at is not None else duty.due,
        done=_is_done(exam, duty, attempts),
        windows=[
            WindowFacts(window.id, WindowKind(window.kind), window.opens_at, window.closes_at, mine)
            for window, mine in windows
        ],
        attempts=list(attempts),
    )


def _is_done(exam: Exam, duty: PersonDuty | None, attempts: Collection[AttemptFacts]) -> bool:
    """Whether a completion holds; a trial completes nothing, and is done once it is passed."""
    if exam.kind == ExamKind.TRIAL:
        return any(each.counts and each.known_pass for each in attempts)
    return duty is not None and duty.state is DutyState.DONE
