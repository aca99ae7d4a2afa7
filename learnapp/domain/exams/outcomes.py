"""What came of a person's attempts in an exam, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from learnapp.domain.exams.deadline import ran_out
from learnapp.domain.exams.exams import AttemptState, Channel, CountingRule, VoidCause
from learnapp.domain.exams.retakes import PriorAttempt


class Phase(StrEnum):
    """How far one attempt has come, as far as its person may know."""

    ANSWERING = "answering"
    ON_PAPER = "on_paper"
    AWAITING_MARKS = "awaiting_marks"
    AWAITING_RELEASE = "awaiting_release"
    PASSED = "passed"
    FAILED = "failed"
    VOIDED = "voided"


@dataclass(frozen=True)
class AttemptFacts:
    """One attempt with its newest result; `passed`, `awarded` and `full` are None while it is not marked.

    `deadline` includes the time that was added. `released` says whether the person may see the
    marks (`marks_visible`).
    """

    id: int
    public_id: str
    person_id: int
    exam_id: int
    window_id: int
    number: int
    channel: Channel
    state: AttemptState
    started_at: datetime
    submitted_at: datetime | None
    deadline: datetime
    passed: bool | None
    awarded: int | None
    full: int | None
    released: bool
    void_cause: VoidCause | None = None  # None too where it was voided before causes were recorded

    @property
    def misconduct(self) -> bool:
        """Whether lists say 违 of it: it was voided, and not for another cause."""
        return self.state is AttemptState.VOIDED and self.void_cause is not VoidCause.OTHER

    @property
    def counts(self) -> bool:
        """Whether it was handed in and not voided."""
        return self.state is AttemptState.SUBMITTED

    @property
    def known_pass(self) -> bool | None:
        """Whether it was passed, as far as its person may know; None before the release."""
        return self.passed if self.released else None


def phase_of(attempt: AttemptFacts, now: datetime) -> Phase:
    """How far the attempt has come; one that the clock has ended waits for its marks."""
    if attempt.state is AttemptState.VOIDED:
        return Phase.VOIDED
    if attempt.state is AttemptState.OPEN:
        if attempt.channel is Channel.PAPER:
            return Phase.ON_PAPER
        return Phase.AWAITING_MARKS if ran_out(attempt.deadline, now) else Phase.ANSWERING
    if attempt.passed is None:
        return Phase.AWAITING_MARKS
    if not attempt.released:
        return Phase.AWAITING_RELEASE
    return Phase.PASSED if attempt.passed else Phase.FAILED


def in_order(attempts: Iterable[AttemptFacts]) -> list[AttemptFacts]:
    """Attempts in the order in which they were handed in, or will be at the latest."""
    return sorted(attempts, key=lambda each: (each.submitted_at or each.deadline, each.id))


def _marked(attempts: Iterable[AttemptFacts]) -> list[AttemptFacts]:
    """Those that count and have marks, in order."""
    return [each for each in in_order(attempts) if each.counts and each.passed is not None]


def passing(rule: CountingRule, attempts: Iterable[AttemptFacts]) -> list[AttemptFacts]:
    """The attempts by which the person has passed the exam, the earliest first; empty if not.

    `best`: every attempt that was passed. `last`: the same, while the last one that is marked was
    passed. One that is voided, or waits for its marks, decides nothing.
    """
    marked = _marked(attempts)
    if rule is CountingRule.LAST and marked and not marked[-1].passed:
        return []
    return [each for each in marked if each.passed]


def counting(rule: CountingRule, attempts: Iterable[AttemptFacts]) -> AttemptFacts | None:
    """The attempt whose marks count for the person in the exam, regardless of who may see them; None while
    nothing is marked.

    By the rule of `passing`: one that was passed where the person has passed, and the last marked
    one under `last`. Under `best` the highest share of full marks, the earliest of equals.
    """
    marked = _marked(attempts)
    if rule is CountingRule.LAST:
        return marked[-1] if marked else None
    return max(marked, key=lambda each: (each.passed, _share(each)), default=None)


def _share(attempt: AttemptFacts) -> Fraction:
    """Marks as a share of full marks."""
    return Fraction(attempt.awarded or 0, attempt.full or 1)


def tried(rule: CountingRule, attempts: Iterable[AttemptFacts]) -> list[PriorAttempt]:
    """The attempts as the rules of a start ask for them: without voided ones but those for misconduct,
    and without what their person may not know yet; a pass that does not count is none."""
    attempts = list(attempts)
    made = [each for each in attempts if each.state is not AttemptState.VOIDED]
    barred = [each for each in attempts if each.void_cause is VoidCause.MISCONDUCT]
    known = [each for each in made if each.known_pass is not None]
    right = {each.id for each in passing(rule, known)}
    return [
        PriorAttempt(each.window_id, each.counts, each.id in right if each in known else None)
        for each in made
    ] + [PriorAttempt(each.window_id, submitted=False, barred=True) for each in barred]


@dataclass(frozen=True)
class CreditFacts:
    """A completion that came of an attempt; `withdrawn_at` None while it holds.

    `by_decision`: a person withdrew it (退回), not the rule of which attempt counts.
    """

    completion_id: int
    attempt_id: int
    suffix: int  # 1 for the first completion of its attempt
    withdrawn_at: datetime | None
    by_decision: bool


@dataclass(frozen=True)
class CreditPlan:
    """What has to change so that completions agree with results."""

    withdraw: tuple[int, ...]  # completion ids
    record: tuple[AttemptFacts, ...]


def credit_plan(
    rule: CountingRule,
    attempts: Sequence[AttemptFacts],
    credits: Sequence[CreditFacts],
    passed_since: dict[int, datetime],
) -> CreditPlan:
    """Compare the completions that came of attempts with what the results say.

    `passed_since`: per attempt when the newest unbroken run of passed results began. What a person
    withdrew by decision after that stays withdrawn.
    """
    right = {each.id: each for each in passing(rule, attempts)}
    standing = [each for each in credits if each.withdrawn_at is None]
    held = {each.attempt_id for each in standing}
    refused = {
        each.attempt_id
        for each in credits
        if each.by_decision
        and each.withdrawn_at is not None
        and each.attempt_id in passed_since
        and each.withdrawn_at >= passed_since[each.attempt_id]
    }
    return CreditPlan(
        tuple(each.completion_id for each in standing if each.attempt_id not in right),
        tuple(
            each
            for attempt_id, each in right.items()
            if attempt_id not in held and attempt_id not in refused
        ),
    )
