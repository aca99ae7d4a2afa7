"""Figures of people in groups that the counters do not keep: 参学率, by category, leaders beside officers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.tallies import DONE, EXCUSED, OPEN, TallyPlan


@dataclass(frozen=True)
class GroupCounts:
    """Counts of some people; `readers` owe a reading that is due, `readers_behind` have not done one."""

    counts: Counts = field(default_factory=Counts)
    readers: int = 0
    readers_behind: int = 0

    def __add__(self, other: GroupCounts) -> GroupCounts:
        return GroupCounts(
            self.counts + other.counts,
            self.readers + other.readers,
            self.readers_behind + other.readers_behind,
        )

    @property
    def study_rate(self) -> Share:
        """参学率: members with all readings due done ÷ members who owed any."""
        return Share(self.readers - self.readers_behind, self.readers)

    def times(self, people: int) -> GroupCounts:
        """So many people alike."""
        one = self.counts
        many = Counts(**{name: people * value for name, value in vars(one).items()})
        return GroupCounts(many, people * self.readers, people * self.readers_behind)


class GroupReckoner:
    """Counts what is stored of people at an instant, readings apart. `readings`: the requirements of
    portions."""

    def __init__(self, plan: TallyPlan, readings: frozenset[int], as_of: datetime) -> None:
        self._plan, self._readings, self._as_of = plan, readings, as_of
        self._due = [place for at, place in plan.in_due_order if at <= as_of]
        names = list(plan.due)
        self._reads = [place for place in self._due if names[place] in readings]

    def of(self, signs: str, moved: Mapping[str, str]) -> GroupCounts:
        """The counts of one person, from the packed tally."""
        if moved:
            return self._of_moved(signs, moved)
        due = "".join([signs[place] for place in self._due])
        reads = "".join([signs[place] for place in self._reads])
        return self._counted(signs, due, reads)

    def _of_moved(self, signs: str, moved: Mapping[str, str]) -> GroupCounts:
        """The same of somebody for whom something falls due at another time than planned."""
        tally = self._plan.unpack(0, signs, moved)
        entries = [each for each in tally.entries if each.due_at <= self._as_of]
        due = "".join(DONE if each.done else OPEN for each in entries)
        read = [each for each in entries if each.requirement_id in self._readings]
        return self._counted(signs, due, "".join(DONE if each.done else OPEN for each in read))

    def _counted(self, signs: str, due: str, reads: str) -> GroupCounts:
        done = signs.count(DONE)
        owed = done + signs.count(OPEN)
        due_done, behind = due.count(DONE), OPEN in due
        counts = Counts(
            people=1,
            owed=owed,
            done=done,
            excused=signs.count(EXCUSED),
            due=due_done + due.count(OPEN),
            due_done=due_done,
            under_half=int(2 * done < owed),
            behind=int(behind),
        )
        return GroupCounts(counts, int(DONE in reads or OPEN in reads), int(OPEN in reads))


@dataclass(frozen=True)
class ExamRates:
    """Of an exam over a unit: asked less excused and deferred (应考), handed in (实考), passed."""

    expected: int
    sat: int
    passed: int

    @property
    def sitting_rate(self) -> Share:
        """参考率: 实考 ÷ 应考."""
        return Share(self.sat, self.expected)

    @property
    def pass_rate(self) -> Share:
        """合格率: passed ÷ 实考."""
        return Share(self.passed, self.sat)


@dataclass(frozen=True)
class EnrolmentGap:
    """无死角: members without an account, and without a programme that asks anything of them."""

    members: int = 0
    without_account: int = 0
    without_programme: int = 0

    def __add__(self, other: EnrolmentGap) -> EnrolmentGap:
        return EnrolmentGap(
            self.members + other.members,
            self.without_account + other.without_account,
            self.without_programme + other.without_programme,
        )
