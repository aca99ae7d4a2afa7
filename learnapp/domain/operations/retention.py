"""Retention: what each table holds, how long it is kept, and when what is due may go.

The policy with its reasons is docs/retention.md; a test holds that document and these tables together.
Facts are never removed. A trace goes when its term is over; an office may lengthen a term, and shorten
it down to the least that the policy allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import local_time
from learnapp.domain.core.errors import RuleBroken

# Work is done between these hours of the civil day, when hardly anybody studies.
QUIET_FROM, QUIET_TO = time(2), time(5)
# A machine that is off at night does it by day, after so long; later than that something is wrong.
CATCH_UP_AFTER = timedelta(days=5)
LATE_AFTER = timedelta(days=8)
LONGEST_DAYS = 36_500


class RowNature(StrEnum):
    """What the rows of a table are, as far as keeping them goes."""

    FACT = "fact"  # what happened, was decided or was published: never removed
    DERIVED = "derived"  # follows from facts, can be computed again: replaced, not collected
    STATE = "state"  # what holds now: changed, and removed when it no longer holds
    TRACE = "trace"  # how something came about, or that somebody was there: goes after a term


class RetentionRule(StrEnum):
    """A term of the policy."""

    ANSWERS = "answers"
    ROUTINE_AUDIT = "routine_audit"
    AUDIT = "audit"
    SIGN_INS = "sign_ins"
    JOB_RUNS = "job_runs"
    IMPORTS = "imports"
    NOTICES = "notices"
    DAY_USES = "day_uses"


@dataclass(frozen=True)
class Term:
    """How many days the rows of a rule are kept, and the fewest an office may choose."""

    days: int
    least: int


# Six months, the least that 网络安全法 asks of network logs, are 184 days at most.
SIX_MONTHS = 184
TERMS: dict[RetentionRule, Term] = {
    RetentionRule.ANSWERS: Term(90, 30),
    RetentionRule.ROUTINE_AUDIT: Term(SIX_MONTHS, SIX_MONTHS),
    RetentionRule.AUDIT: Term(3650, 1095),
    RetentionRule.SIGN_INS: Term(SIX_MONTHS, SIX_MONTHS),
    RetentionRule.JOB_RUNS: Term(SIX_MONTHS, 35),
    RetentionRule.IMPORTS: Term(90, 30),
    RetentionRule.NOTICES: Term(730, 180),
    RetentionRule.DAY_USES: Term(35, 2),
}

# What the audit says of everyday study, all of it recorded as a fact or a sign-in of its own.
ROUTINE_ACTIONS = (
    "attempt.submitted",
    "access.refused",
    "item.completed",
    "person.sign_in_refused",
    "person.signed_in",
    "person.signed_out",
)

# Which tables lose rows by which rules. Of `answer_events` a replaced answer goes, never the last.
CARRIED_OUT: dict[str, tuple[RetentionRule, ...]] = {
    "answer_events": (RetentionRule.ANSWERS,),
    "page_facts": (RetentionRule.ANSWERS,),
    "audit_entries": (RetentionRule.ROUTINE_AUDIT, RetentionRule.AUDIT),
    "sign_ins": (RetentionRule.SIGN_INS,),
    "job_runs": (RetentionRule.JOB_RUNS,),
    "import_rows": (RetentionRule.IMPORTS,),
    "import_media": (RetentionRule.IMPORTS,),
    "notices": (RetentionRule.NOTICES,),
    "day_uses": (RetentionRule.DAY_USES,),
}
# Traces that their own services remove, within days.
SHORT_LIVED = ("deeds_once", "sealed_codes", "throttles")
DERIVED = (
    *(
        "answers_to_mark",
        "background_rows",
        "item_figures",
        "notebook_cards",
        "stage_countings",
        "standings",
    ),
    *("unit_counts", "unit_days", "unit_due_counts", "unit_requirement_counts"),
)
STATES = (
    *("credentials", "password_hashes", "recovery_codes", "second_factors"),
    *("reading_places", "retention_passes", "retention_runs", "wall_displays"),
    *(
        "settings",
        "window_people",
        "own_notes",
        "favourites",
        "mock_exams",
        "reading_attachments",
        "feedback",
        "leave_reports",
    ),
)


def holding_of(table: str) -> RowNature:
    """What the rows of a table are; a table that is named nowhere here holds facts."""
    if table in CARRIED_OUT or table in SHORT_LIVED:
        return RowNature.TRACE
    if table in DERIVED:
        return RowNature.DERIVED
    return RowNature.STATE if table in STATES else RowNature.FACT


def checked_days(rule: RetentionRule, days: int) -> int:
    """A term that an office chooses. Raises RuleBroken("days", "term_out_of_range", least, most)."""
    if not TERMS[rule].least <= days <= LONGEST_DAYS:
        raise RuleBroken("days", "term_out_of_range", least=TERMS[rule].least, most=LONGEST_DAYS)
    return days


def days_of(rule: RetentionRule, chosen: Mapping[RetentionRule, int]) -> int:
    """The term in force: the office's where it chose one that the policy allows, else the usual one."""
    return max(chosen.get(rule, TERMS[rule].days), TERMS[rule].least)


def due_before(rule: RetentionRule, now: datetime, chosen: Mapping[RetentionRule, int]) -> datetime:
    """The instant, a whole second, before which the rows of a rule are due."""
    return now.replace(microsecond=0) - timedelta(days=days_of(rule, chosen))


@dataclass(frozen=True)
class AttemptTraces:
    """What decides whether the traces of an attempt may go, in a window whose keys are settled.

    `contested`: a question of its paper is reported and nobody has answered, or an answer came late
    and could still be admitted.
    """

    submitted: bool
    marked: bool
    contested: bool

    @property
    def may_go(self) -> bool:
        """Whether what led to its answers may go; the answers themselves always stay."""
        return self.submitted and self.marked and not self.contested


def may_run(now: datetime, last: datetime | None) -> bool:
    """Whether work may begin: at a quiet hour, or at any after days without; `last` is when it last
    came to an end."""
    if QUIET_FROM <= local_time(now) < QUIET_TO:
        return True
    return last is not None and now - last >= CATCH_UP_AFTER


def is_late(now: datetime, last: datetime | None) -> bool:
    """Whether it has not come to an end for so long that somebody should look."""
    return last is not None and now - last > LATE_AFTER
