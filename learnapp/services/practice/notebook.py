"""错题本: a person's own mistakes with their present states, and those of a unit in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import upsert
from learnapp.db.people.scope import UnitOnLine, limits_of_reach
from learnapp.db.people.unit_trees import subtree_within
from learnapp.db.practice import notebook
from learnapp.db.practice.models import NotebookCard
from learnapp.db.practice.notebook import AnswerMade, NotebookQuestion, OpenPapers, WeakTopic
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.practice.notebook import Memory, Recall, Topic, recalled, topics
from learnapp.services.exams import result_visibility

# How far back a unit's weak topics look: a quarter.
_RECENT = timedelta(days=90)


class EntryState(StrEnum):
    """How far a mistake is. HELD: on a paper of the reader's own that they have not handed in."""

    DUE = "due"
    LATER = "later"
    HELD = "held"
    MASTERED = "mastered"


@dataclass(frozen=True)
class Holding:
    """An exam that withholds questions: how many, and until when at the least."""

    title: str
    questions: int
    until: datetime


@dataclass(frozen=True)
class NotebookEntry:
    """A question that the person answered wrongly at least once."""

    question_id: int
    version_id: int
    type: str
    stem: Any
    bank: str
    category: str
    wrong_at: datetime
    times: int
    state: EntryState
    due_at: datetime

    def within(self, category: str) -> bool:
        """Whether it belongs to the category or one below it; an empty one holds all."""
        return not category or f"{self.category}/".startswith(f"{category}/")

    def has_state(self, state: EntryState | None) -> bool:
        """Whether it has the state; None asks for all that is still to be learned."""
        return self.state is not EntryState.MASTERED if state is None else self.state is state


@dataclass(frozen=True)
class Book:
    """The notebook: entries, what is due first, the topics of all answers, and what keeps entries
    back."""

    entries: list[NotebookEntry]
    topics: list[Topic]
    holdings: list[Holding]

    def of(self, category: str, state: EntryState | None) -> list[NotebookEntry]:
        """The entries of a category and those below it; of a state, or all that is not mastered."""
        return [e for e in self.entries if e.within(category) and e.has_state(state)]

    def due(self, category: str = "") -> list[NotebookEntry]:
        """What waits for review now, the longest due first."""
        return self.of(category, EntryState.DUE)


@dataclass
class _Mistake:
    version_id: int
    wrong_at: datetime
    times: int


def book(caller: Caller) -> Book:
    """The actor's own notebook, of answers whose key may be shown. Seven statements at most."""
    session, now = caller.session, caller.now
    person_id = caller.actor.own_id()
    own = result_visibility.own(session, person_id, now)
    answers = notebook.answers_of(session, person_id, own.hidden)
    mistakes = _mistakes(answers)
    cards = notebook.cards_of(session, person_id)
    faces = notebook.notebook_questions(session, person_id, own.hidden)
    known = [question_id for question_id in mistakes if question_id in faces]
    # An answer is in the notebook because its key was shown: it stays open unless it is asked now.
    entries = [
        _entry(
            faces[each],
            mistakes[each],
            _memory(cards.get(each)),
            own.keeps(each, now),
            now,
        )
        for each in known
    ]
    order = list(EntryState)
    entries.sort(key=lambda e: (order.index(e.state), e.due_at, e.question_id))
    named = (
        (faces[row.question_id].path or "", row.right)
        for row in answers
        if row.question_id in faces and row.question_id not in own.unfinished
    )
    held = [own.unfinished[e.question_id] for e in entries if e.state is EntryState.HELD]
    return Book(
        entries,
        topics((path, right) for path, right in named if path),
        [Holding(each.title, count, each.until) for each, count in Counter(held).items()],
    )


def _mistakes(answers: Sequence[AnswerMade]) -> dict[int, _Mistake]:
    found: dict[int, _Mistake] = {}
    for row in answers:
        if row.right:
            continue
        before = found.get(row.question_id)
        times = before.times + 1 if before else 1
        found[row.question_id] = _Mistake(row.version_id, row.at, times)
    return found


def _memory(card: NotebookCard | None) -> Memory | None:
    if card is None:
        return None
    return Memory(
        card.stability, card.difficulty, card.reviewed_at, card.due_at, Recall(card.recall)
    )


def _entry(
    face: NotebookQuestion, mistake: _Mistake, memory: Memory | None, held: bool, now: datetime
) -> NotebookEntry:
    fresh = memory is None or mistake.wrong_at > memory.reviewed_at
    due_at = mistake.wrong_at if memory is None or fresh else memory.due_at
    if memory is not None and not fresh and memory.mastered:
        state = EntryState.MASTERED
    elif held:
        state = EntryState.HELD
    else:
        state = EntryState.DUE if due_at <= now else EntryState.LATER
    return NotebookEntry(
        question_id=face.question_id,
        version_id=face.version_id,
        type=face.type,
        stem=face.stem,
        bank=face.bank,
        category=face.path or "",
        wrong_at=mistake.wrong_at,
        times=mistake.times,
        state=state,
        due_at=due_at,
    )


def remember(
    caller: Caller,
    entry: NotebookEntry | None,
    question_id: int,
    recall: Recall,
) -> None:
    """Carry an answer into the schedule; a question that was never wrong needs none."""
    person_id = caller.actor.own_id()
    if entry is None and recall is not Recall.WRONG:
        return
    key = {"person_id": person_id, "question_id": question_id}
    memory = _memory(caller.session.get(NotebookCard, key))
    if entry is not None and (memory is None or entry.wrong_at > memory.reviewed_at):
        memory = recalled(memory, Recall.WRONG, entry.wrong_at)
    memory = recalled(memory, recall, caller.now)
    values = {
        **key,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "recall": memory.recall,
        "reviewed_at": memory.reviewed_at,
        "due_at": memory.due_at,
    }
    upsert(caller.session, NotebookCard, [values], ["person_id", "question_id"])


def weak_topics_of_unit(caller: Caller, unit_id: int, line_id: int) -> list[WeakTopic]:
    """The topics in which five people of a unit or more are weak; no names."""
    session, now = caller.session, caller.now
    today = local_day(now)
    permission = Permission.PROGRESS_READ
    unit = UnitOnLine(unit_id, line_id)
    limits = limits_of_reach(session, caller.actor, permission, unit, today)
    within = subtree_within(unit_id, line_id, today, limits)
    papers = OpenPapers(now - _RECENT, result_visibility.closed(session, now))
    return notebook.weak_in_unit(session, within, line_id, today, papers)
