"""错题本: when a mistake comes back for review and when it is mastered; and which topics are weak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fsrs import Card, Rating, Scheduler, State

# FSRS with nothing inside a day (officers look in between two duties, not ten times an hour), and
# without its random spread, so that a schedule can be made again from the answers.
_SCHEDULER = Scheduler(
    learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=365
)
# An interval that spaced repetition calls mature: about the third right answer at its due time.
MASTERED = timedelta(days=21)
# Fewer answers say nothing of a topic; below this share of right ones it is weak.
ENOUGH_ANSWERS = 5
WEAK_BELOW = 0.6
# A unit's weak topic is shown when it is that of so many people.
LEAST_PEOPLE = 5


class Recall(StrEnum):
    """How an answer came: known, right but guessed, or wrong."""

    KNOWN = "known"
    UNSURE = "unsure"
    WRONG = "wrong"


_RATINGS = {Recall.KNOWN: Rating.Good, Recall.UNSURE: Rating.Hard, Recall.WRONG: Rating.Again}


@dataclass(frozen=True)
class Memory:
    """How well a person knows a question: FSRS's two figures (days; 1 to 10), and when it is due."""

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_at: datetime
    recall: Recall

    @property
    def mastered(self) -> bool:
        """Whether it leaves the notebook: known, and not due again for three weeks."""
        return self.recall is Recall.KNOWN and self.due_at - self.reviewed_at >= MASTERED


def recalled(memory: Memory | None, recall: Recall, at: datetime) -> Memory:
    """The memory after an answer.

    A right one before its time proves nothing that the last one did not and changes nothing; a
    wrong one counts whenever it comes. Source: FSRS-6, as the `fsrs` package has it.
    """
    if memory is not None:
        at = max(at, memory.reviewed_at)
        if recall is not Recall.WRONG and at < memory.due_at:
            return memory
    card = Card(card_id=1, due=at.astimezone(UTC))
    if memory is not None:
        card = Card(
            card_id=1,
            state=State.Review,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=memory.due_at.astimezone(UTC),
            last_review=memory.reviewed_at.astimezone(UTC),
        )
    after, _ = _SCHEDULER.review_card(card, _RATINGS[recall], at.astimezone(UTC))
    if after.stability is None or after.difficulty is None:
        raise ValueError("a reviewed card has a stability and a difficulty")
    return Memory(after.stability, after.difficulty, at, after.due, recall)


@dataclass(frozen=True)
class Topic:
    """What a person's answers say of a category; for that person alone."""

    category: str
    answered: int
    right: int

    @property
    def is_weak(self) -> bool:
        """Whether there are answers enough to say so, and too few of them right."""
        return self.answered >= ENOUGH_ANSWERS and self.right < WEAK_BELOW * self.answered


def topics(answers: Iterable[tuple[str, bool]]) -> list[Topic]:
    """(category, right) of each answer, gathered: the weak first, the weakest of them at the top;
    then those answered most."""
    counts: dict[str, list[int]] = {}
    for category, right in answers:
        held = counts.setdefault(category, [0, 0])
        held[0] += 1
        held[1] += right
    found = [Topic(category, *held) for category, held in counts.items()]

    def order(topic: Topic) -> tuple[bool, float, str]:
        rank = topic.right / topic.answered if topic.is_weak else -topic.answered
        return (not topic.is_weak, rank, topic.category)

    return sorted(found, key=order)
