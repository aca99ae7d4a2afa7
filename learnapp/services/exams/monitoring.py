"""考务: an exam's windows as owner and proctors see them: who sat, who has not, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.exams.releases import is_released
from learnapp.db.exams.windows import WindowWithAttempts, windows_held, windows_of
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Channel
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import (
    RollCounts,
    RollState,
    RollWindow,
    count_roll,
    decisive_attempt,
)
from learnapp.services.exams import window_roll
from learnapp.services.exams.window_roll import Roll, about_window


@dataclass(frozen=True)
class Expected:
    """A person on a window's roll."""

    person_id: int
    name: str
    login_name: str
    sort_key: str
    unit: str
    unit_id: int
    standing: RollState
    attempt: str | None  # the public id, while it is open or was handed in
    on_paper: bool
    made: tuple[AttemptFacts, ...]


@dataclass(frozen=True)
class Shown:
    """Which part of a roll is looked at: of one standing (None: any), `size` people from an offset on
    (None: all)."""

    standing: RollState | None = None
    offset: int = 0
    size: int | None = None


WHOLE = Shown()


@dataclass(frozen=True)
class Room:
    """One window of an exam: how many on its roll are what, and the part that is looked at, by
    standing, unit and name."""

    exam: Exam
    window: ExamWindow
    windows: list[ExamWindow]
    people: list[Expected]
    counts: Counter[RollState]
    released: bool
    totals: RollCounts

    @property
    def about(self) -> RollWindow:
        """The window as the roll's rules see it."""
        return about_window(self.exam, self.window)


def rooms(caller: Caller) -> list[WindowWithAttempts]:
    """The windows within reach, the newest first, with how many attempts each has."""
    caller.actor.must(Permission.ATTEMPT_WATCH)
    return windows_held(caller, Permission.ATTEMPT_WATCH)


def room(
    caller: Caller,
    window_id: int,
    shown: Shown = WHOLE,
    permission: Permission = Permission.ATTEMPT_WATCH,
) -> Room:
    """A window within the reach that the permission gives. Raises NotFound."""
    session, now = caller.session, caller.now
    exam, window = window_in_reach(caller, window_id, permission)
    reach = units_in_scope(caller.actor, permission, local_day(now))
    windows = windows_of(session, exam.id)
    released = is_released(session, exam.id)
    about = about_window(exam, window)
    roll = window_roll.roll_of(session, exam, window, now, reach)
    counts = roll.counts
    return Room(
        exam,
        window,
        list(windows),
        _people(caller, exam, about, roll, shown),
        counts,
        released,
        count_roll(about, counts, roll.again, now),
    )


def _people(
    caller: Caller, exam: Exam, about: RollWindow, roll: Roll, shown: Shown
) -> list[Expected]:
    """The part of a roll that is looked at, with names and attempts."""
    session, now = caller.session, caller.now
    part = roll.part(session, shown.standing, shown.offset, shown.size)
    ids = [each.person_id for each in part]
    names = roll_queries.names_and_logins(session, ids)
    made = attempts_in_exam(session, exam.id, now, ids)
    units = unit_paths.labels(session, {each.unit_id for each in part}, local_day(now))
    found = []
    for each in part:
        attempts = tuple(made.get(each.person_id, ()))
        attempt = decisive_attempt(about, attempts)
        who = names[each.person_id]
        found.append(
            Expected(
                person_id=each.person_id,
                name=who.name,
                login_name=who.login_name,
                sort_key=who.sort_key,
                unit=units[each.unit_id],
                unit_id=each.unit_id,
                standing=each.standing,
                attempt=None if attempt is None else attempt.public_id,
                on_paper=attempt is not None and attempt.channel is Channel.PAPER,
                made=attempts,
            )
        )
    return found
