"""What a key revision changes: every attempt that had the question, and the marks that follow."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.caller import Caller
from learnapp.db.exams import current_marks, regrading
from learnapp.db.exams.attempt_models import Result
from learnapp.db.exams.regrading import PlaceToRegrade
from learnapp.db.notices.outbox import notify
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.rulings import MarkedAs, Ruling, Tally, award
from learnapp.services.exams import credit
from learnapp.services.exams.auto_marking import NewResult
from question_bank.marking import Marked, MultipleRule
from question_bank.model import Key, QuestionType, response_from_json

BATCH = 1_000  # attempts that are looked at in a few statements


@dataclass(frozen=True)
class Ruled:
    """What a key revision says: its ruling, its key, and the explanation and source that it puts
    right (None: as they are)."""

    ruling: Ruling
    key: Key
    explanation: Any | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What a revision changes for one attempt: the mark of the question, the sum, and the pass.

    `ruling` is that of the revision, by which the mark is `after` (hundredths) and `right`.
    """

    place: PlaceToRegrade
    ruling: Ruling
    after: int
    right: bool | None
    sum_before: Tally
    sum_after: Tally

    @property
    def attempt_id(self) -> int:
        """The attempt's id."""
        return self.place.attempt_id

    @property
    def before(self) -> int | None:
        """The mark before, in hundredths; None where the answer waited for a marker."""
        return None if self.place.last is None else self.place.last.awarded

    @property
    def marked(self) -> bool:
        """Whether the attempt had a result: where it had none, nothing can turn."""
        return self.place.result is not None

    @property
    def passed_before(self) -> bool:
        """Whether the result was a pass."""
        return self.place.result is not None and self.place.result.passed

    @property
    def passed_after(self) -> bool:
        """Whether the marks are a pass afterwards, no pass being kept."""
        return self.marked and self.sum_after.passes(self.place.exam.pass_mark)

    @property
    def shows(self) -> bool:
        """Whether the person's result says something else than before."""
        return self.before != self.after or self.sum_before.full != self.sum_after.full

    @property
    def touched(self) -> bool:
        """Whether the attempt gets a new mark: it says something else, or rests on another ruling."""
        last = self.place.last
        return self.shows or last is None or last.ruling != self.ruling

    @property
    def loses(self) -> bool:
        """Whether the person had passed and would not have."""
        return self.passed_before and not self.passed_after

    @property
    def wins(self) -> bool:
        """Whether the person had not passed and would have."""
        return self.marked and self.passed_after and not self.passed_before


@dataclass(frozen=True)
class RegradePreview:
    """All that a revision would change: `used` is how many attempts had the question and are marked,
    `touched` those that get a new mark; `checks` how many readings lose their check question."""

    used: int
    touched: tuple[MarkChange, ...]
    checks: int = 0

    @property
    def changes(self) -> tuple[MarkChange, ...]:
        """The attempts whose result says something else than before."""
        return tuple(each for each in self.touched if each.shows)

    @property
    def passes_lost(self) -> int:
        """How many who passed would not have."""
        return sum(each.loses for each in self.touched)

    @property
    def passes_won(self) -> int:
        """How many who did not pass would have."""
        return sum(each.wins for each in self.touched)


def changes_of(session: Session, version_id: int, ruled: Ruled) -> RegradePreview:
    """What the revision would change. Raises RuleBroken where it would leave a paper without a
    question that counts, or where nobody has read a void answer that is to count again."""
    refuse_unfit(session, version_id, ruled)
    found: list[MarkChange] = []
    ids = regrading.attempts_with(session, version_id, 0, BATCH)
    while ids:
        found += changes_in(session, version_id, ruled, ids)
        ids = regrading.attempts_with(session, version_id, ids[-1], BATCH)
    return RegradePreview(len(found), tuple(each for each in found if each.touched))


def refuse_unfit(session: Session, version_id: int, ruled: Ruled) -> None:
    """Raise RuleBroken("answer", "void_leaves_nothing") where a paper would have no question left,
    RuleBroken("answer", "void_unmarked") where nobody read an answer that is to count again."""
    if ruled.ruling is Ruling.VOID_OUT and regrading.counts_alone(session, version_id):
        raise RuleBroken("answer", "void_leaves_nothing")
    if not ruled.ruling.voids and regrading.was_never_read(session, version_id):
        raise RuleBroken("answer", "void_unmarked")


def changes_in(
    session: Session, version_id: int, ruled: Ruled, attempt_ids: Collection[int]
) -> list[MarkChange]:
    """What the revision gives each of these attempts that was marked by the version's key."""
    judge = _Judge(ruled)
    return [
        judge.change(place)
        for place in regrading.places_of(session, version_id, attempt_ids)
        # Without a mark it waits for a marker, who will see the new key.
        if place.last is not None or ruled.ruling.voids
    ]


class _Judge:
    """Marks by a revision; the same answer, given by many, is marked once."""

    def __init__(self, ruled: Ruled) -> None:
        self._ruled = ruled
        self._known: dict[tuple[str | None, int, str], Marked] = {}

    def change(self, place: PlaceToRegrade) -> MarkChange:
        """What the revision changes for one attempt."""
        marked = self._awarded(place)
        after, sums, last = marked.awarded or 0, place.sums, place.last
        before = Tally(sums.awarded, sums.full, sums.paper)
        rest = before
        if last is not None:
            counted = last.ruling != Ruling.VOID_OUT
            rest = Tally(
                before.awarded - (last.awarded if counted else 0),
                before.full - (place.marks if counted else 0),
                before.paper - place.marks,
            )
        counts = self._ruled.ruling is not Ruling.VOID_OUT
        then = Tally(
            rest.awarded + (after if counts else 0),
            rest.full + (place.marks if counts else 0),
            rest.paper + place.marks,
        )
        return MarkChange(place, self._ruled.ruling, after, marked.right, before, then)

    def _awarded(self, place: PlaceToRegrade) -> Marked:
        """The mark by the revision. Where a person marks, their judgement stays."""
        kind, ruled = QuestionType(place.type), self._ruled
        if not ruled.ruling.voids and kind is QuestionType.SHORT_ANSWER:
            if place.judged is None:
                raise RuleBroken("answer", "void_unmarked")
            return Marked(*place.judged)
        key = place.answer, place.marks, place.exam.multiple_rule
        if key not in self._known:
            given = None if place.answer is None else json.loads(place.answer)
            response = None if given is None else response_from_json(kind, given)
            marked_as = MarkedAs(kind, place.marks, MultipleRule(place.exam.multiple_rule))
            self._known[key] = award(ruled.ruling, ruled.key, response, marked_as)
        return self._known[key]


def regrade(
    caller: Caller, revision: KeyRevision, changes: Sequence[MarkChange], keeps_passes: bool
) -> None:
    """Append the marks and what follows from them; notify each person whose result changed."""
    session, now = caller.session, caller.now
    current_marks.record(session, [_mark(caller, revision, each) for each in changes])
    results = {}
    for change in changes:
        if (row := _result(now, change, keeps_passes)) is not None:
            results[change.attempt_id] = row
    if results:
        session.execute(insert(Result), list(results.values()))
    for change in changes:
        row, before = results.get(change.attempt_id), change.place.result
        # The completion follows where the pass turned, or where it is the first result.
        if row is not None and (before is None or before.passed != row["passed"]):
            place = change.place
            credit.follow_results(session, now, place.person_id, place.exam.id, revision.reason)
    for change in changes:
        if change.marked and change.shows:
            _notify(session, now, revision, change, keeps_passes)
    session.flush()


def _mark(caller: Caller, revision: KeyRevision, change: MarkChange) -> dict[str, Any]:
    place, last = change.place, change.place.last
    return {
        "attempt_id": place.attempt_id,
        "question": place.ordinal,
        "number": (place.marks_from if last is None else last.number) + 1,
        "key_revision_id": revision.id,
        "awarded": change.after,
        "right": change.right,
        "comment": "" if last is None else last.comment,
        "recorded_at": caller.now,
        "recorded_by": caller.actor.person_id,
    }


def _result(now: datetime, change: MarkChange, keeps_passes: bool) -> dict[str, Any] | None:
    """The row of the result that the marks come to; None where a place has none, or it is as before."""
    place, before, found = change.place, change.place.result, change.sum_after
    marked = place.sums.marked + (place.last is None)
    if marked < place.places:
        return None
    if before is not None and (before.awarded, before.full) == (found.awarded, found.full):
        return None
    return {
        "attempt_id": place.attempt_id,
        "number": (place.results_from if before is None else before.number) + 1,
        "awarded": found.awarded,
        "full": found.full,
        "passed": NewResult(found, before, keeps_passes).passes(place.exam.pass_mark),
        "recorded_at": now,
    }


def _notify(
    session: Session, now: datetime, revision: KeyRevision, change: MarkChange, keeps_passes: bool
) -> None:
    """A notice to whose result changed; it names exam and question.

    `inbox.notices_of` holds it back until the marks may be seen, and the question until its key
    may be: the change of one question's marks says whether its answer was right.
    """
    place = change.place
    params: dict[str, Any] = {
        "exam": place.exam.title,
        "attempt": place.public_id,
        "question": place.ordinal,
        "question_id": place.question_id,
        "ruling": revision.ruling,
        "before": change.sum_before.awarded,
        "after": change.sum_after.awarded,
        "full_before": change.sum_before.full,
        "full_after": change.sum_after.full,
        "kept": keeps_passes and change.loses,
    }
    notify(session, now, place.person_id, "regraded", params)
