"""What a draft would have done to last week's figures: counted from the facts by both plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.core.caller import Caller
from learnapp.db.people.unit_trees import subtree
from learnapp.db.progress import figure_facts
from learnapp.db.progress.fact_counts import counts_of, end_of_day
from learnapp.db.progress.figure_facts import MemberChoice, Moment
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import last_checkpoint
from learnapp.domain.study.programme import Audience
from learnapp.services.study.publishing_reach import people_asked
from learnapp.services.study.revisions import StageRevision, revision_ahead

MOST_PEOPLE = 3_000  # who are counted again while somebody waits


@dataclass(frozen=True)
class WeekByBothPlans:
    """A stage's counts at the end of its last closed study week: as they are by the revision in force,
    and as they would have been by the draft."""

    stage: str
    day: date
    before: Counts
    after: Counts


def last_week(caller: Caller, programme_id: int) -> list[WeekByBothPlans]:
    """The stages in force that have had a checkpoint, each by both plans; nothing is written, and no
    figure that was reported changes.

    Raises NotFound; RuleBroken: stage_is_over, ("day", "too_many_to_count_again").
    """
    session = caller.session
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    ahead = revision_ahead(caller, programme_id)
    programme = ahead.plans[0].programme
    everybody = Audience(frozenset({programme.owner_unit_id}))
    if people_asked(session, programme.line_id, caller.now, [everybody]) > MOST_PEOPLE:
        raise RuleBroken("day", "too_many_to_count_again", most=MOST_PEOPLE)
    found = [_by_both(caller, each) for each in ahead.stages]
    return [each for each in found if each is not None]


def _by_both(caller: Caller, stage: StageRevision) -> WeekByBothPlans | None:
    """None for a stage that is new, or has had no checkpoint."""
    if stage.old is None:
        return None
    day = last_checkpoint(stage.old.stage.first_day, caller.now)
    if day is None:
        return None
    programme = stage.old.programme
    new, old = stage.duties()
    items = {duty.item_id for duty in (*new, *old)}
    units = subtree(programme.owner_unit_id, programme.line_id, local_day(caller.now))
    at = Moment(end_of_day(day).as_of)
    whom = MemberChoice(units=units)
    members = figure_facts.facts_of(caller.session, programme.line_id, at, items, whom)
    after, before = (
        sum(counts_of(members, duties, at.as_of).values(), Counts()) for duties in (new, old)
    )
    return WeekByBothPlans(stage.old.stage.name, day, before, after)
