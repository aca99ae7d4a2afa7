"""Proving completions that came of attempts against the results, and passes against completions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.spans import Span, spans_of
from learnapp.db.exams import outcomes
from learnapp.db.exams.outcomes import SatExam, Tried
from learnapp.db.people.models import Person
from learnapp.domain.exams.exams import AttemptState
from learnapp.domain.exams.outcomes import CreditFacts, credit_plan

_PEOPLE = 2_000  # compared at once

Case = tuple[int, int]  # (exam, person)


def differences(session: Session, now: datetime) -> list[str]:
    """Each completion that came of an attempt without a pass that counts, each pass without one."""
    exams = {each.exam_id: each for each in outcomes.sat_exams(session)}
    found: list[tuple[Case, str]] = []
    for people in spans_of(session, Person.id, _PEOPLE) if exams else ():
        found += _among(session, now, exams, people)
    return [line for _, line in sorted(found, key=lambda each: each[0])]


def _among(
    session: Session, now: datetime, exams: dict[int, SatExam], people: Span
) -> list[tuple[Case, str]]:
    tried: dict[Case, list[Tried]] = {}
    for each in outcomes.tried_by(session, people):
        tried.setdefault((each.exam_id, each.person_id), []).append(each)
    credits: dict[Case, list[CreditFacts]] = {}
    of_item = {each.item_id: exam_id for exam_id, each in exams.items()}
    for item_id, person_id, credit in outcomes.credits_among(session, people):
        if item_id in of_item:
            credits.setdefault((of_item[item_id], person_id), []).append(credit)
    doubtful = {
        case
        for case in tried.keys() | credits.keys()
        if case[0] in exams and not _agree(tried.get(case, ()), credits.get(case, ()))
    }
    return _compared(session, now, exams, doubtful, credits) if doubtful else []


def _agree(tried: Sequence[Tried], credits: Sequence[CreditFacts]) -> bool:
    """Whether one attempt and its completion agree, whichever attempt counts: the case of nearly
    everybody. False where more has to be looked at."""
    if len(tried) > 1 or len(credits) > 1:
        return False
    passed = [each.id for each in tried if each.passed and each.state == AttemptState.SUBMITTED]
    held = [each.attempt_id for each in credits if each.withdrawn_at is None]
    return passed == held


def _compared(
    session: Session,
    now: datetime,
    exams: dict[int, SatExam],
    cases: Iterable[Case],
    credits: dict[Case, list[CreditFacts]],
) -> list[tuple[Case, str]]:
    """What the rule of which attempt counts says of some cases."""
    cases = list(cases)
    attempts = outcomes.attempts_among(session, {person_id for _, person_id in cases}, now)
    decided = {
        credit.attempt_id
        for case in cases
        for credit in credits.get(case, ())
        if credit.by_decision
    }
    since = outcomes.passed_since(session, decided)
    found = []
    for case in cases:
        rule, mine = exams[case[0]].rule, attempts.get(case, [])
        plan = credit_plan(rule, mine, credits.get(case, []), since)
        at = f"exam {case[0]} person {case[1]}"
        found += [
            (case, f"{at}: completion {each} holds, but no attempt that counts was passed")
            for each in plan.withdraw
        ]
        found += [
            (case, f"{at}: attempt {each.id} was passed and counts, but completes nothing")
            for each in plan.record
        ]
    return found
