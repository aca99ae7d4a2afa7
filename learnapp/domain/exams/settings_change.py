"""An exam's settings changed afterwards: only within what people already had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.exams import Release

# From the latest release to the earliest: what was promised early does not come later.
_EARLIER = (Release.BY_HAND, Release.AT_CLOSE, Release.AT_ONCE)


@dataclass(frozen=True)
class ExamSettings:
    """What may be changed about an exam once it is made; the pass mark in hundredths."""

    title: str
    duration: timedelta
    pass_mark: int
    tries: int
    release: Release


@dataclass(frozen=True)
class ExamUse:
    """How far an exam has been used: attempts begun and not voided."""

    begun: int = 0


def check_settings(old: ExamSettings, new: ExamSettings, use: ExamUse, full: int) -> None:
    """Raise RuleBroken(field, code) unless an exam with `full` marks may have the new settings.

    The title is free. While nobody has begun, all is. From the first attempt on the length and the
    tries only grow, the pass mark only falls, and marks are released no later than was promised:
    nobody has less than when they began.
    """
    if not new.title.strip():
        raise RuleBroken("title", "name_needed")
    if not 0 <= new.pass_mark <= full:
        raise RuleBroken("pass_percent", "pass_mark_out_of_range")
    if not use.begun:
        return
    if new.duration < old.duration:
        raise RuleBroken("minutes", "minutes_only_grow", n=use.begun)
    if new.tries < old.tries:
        raise RuleBroken("tries", "tries_only_grow", n=use.begun)
    if new.pass_mark > old.pass_mark:
        raise RuleBroken("pass_percent", "pass_mark_only_falls", n=use.begun)
    if _EARLIER.index(new.release) < _EARLIER.index(old.release):
        raise RuleBroken("release", "release_only_earlier", n=use.begun)
