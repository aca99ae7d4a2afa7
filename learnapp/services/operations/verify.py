"""Proving that what is derived agrees with the facts: counters, roll-ups, results, completions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.exams import outcomes, result_sums
from learnapp.db.people import unit_trees
from learnapp.db.progress import figure_facts, standings, tally_store
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.domain.progress.figures import Counts, count_person
from learnapp.domain.progress.tallies import TallyChanges
from learnapp.services.exams.credit import plan_for


def differences(session: Session, now: datetime) -> list[str]:
    """Every disagreement, as a line that names ids; an empty list proves agreement.

    People who wait to be counted must be counted first (counters.catch_up).
    """
    found: list[str] = []
    for stage in figure_facts.stages_in_force(session):
        found += _counters(session, stage, now)
        found += _sums(session, stage, now)
    return found + _results(session) + _completions(session, now)


def _counters(session: Session, stage: StageInForce, now: datetime) -> list[str]:
    """Each person's counter against the facts."""
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    items = {duty.item_id for duty in duties}
    plan = tally_store.plan_of(session, stage.id)
    fresh = {
        facts.person_id: (facts.unit_id, count_person(facts, duties, now))
        for facts in figure_facts.facts_of(session, stage.line_id, Moment(now), items)
    }
    stored = standings.standings_in(session, stage.id)
    found = []
    for person_id in sorted(fresh.keys() | stored.keys()):
        row, true = stored.get(person_id), fresh.get(person_id)
        counters = None
        if row is not None:
            tally = plan.unpack(*row.packed)
            counters = (row.unit_id, tally.counts(now))
            shown = (tally.owed, tally.done, len(tally.excused), tally.behind_from)
            if shown != (row.owed, row.done, row.excused, row.behind_from):
                found.append(f"stage {stage.id} person {person_id}: columns are not {shown}")
        if counters != true:
            found.append(f"stage {stage.id} person {person_id}: kept {counters}, facts say {true}")
    return found


def _sums(session: Session, stage: StageInForce, now: datetime) -> list[str]:
    """Each unit's counters, whole, by due time and by requirement, against those of its people."""
    plan, changes = tally_store.plan_of(session, stage.id), TallyChanges.none()
    for row in standings.standings_in(session, stage.id).values():
        changes.replace(None, plan.unpack(*row.packed))
    counters = tally_store.stored_sums(session, stage.id)
    found = []
    for what in ("units", "due", "requirements"):
        true, sums = getattr(changes, what), getattr(counters, what)
        for key in sorted(true.keys() | sums.keys()):
            if true.get(key, Counts()) != sums.get(key, Counts()):
                difference = f"kept {sums.get(key)}, people's say {true.get(key)}"
                found.append(f"stage {stage.id} {what} {key}: {difference}")
    parents = unit_trees.parents_on(session, stage.line_id, Moment(now).day)
    unplaced = {unit_id for unit_id, each in changes.units.items() if each.people} - set(parents)
    found += [f"stage {stage.id} unit {u}: counted, but not on the line" for u in sorted(unplaced)]
    return found


def _results(session: Session) -> list[str]:
    """Each current result against its current marks; what was left out counts on neither side."""
    truth, counters = result_sums.by_marks(session), result_sums.recorded(session)
    return [
        f"attempt {attempt_id}: result {counters[attempt_id]}, marks say {truth.get(attempt_id)}"
        for attempt_id in sorted(counters)
        if counters[attempt_id] != truth.get(attempt_id)
    ]


def _completions(session: Session, now: datetime) -> list[str]:
    """Each completion that came of an attempt against the results, and each pass against them."""
    found: list[str] = []
    for exam_id, item_id, rule in outcomes.sat_exams(session):
        attempts = outcomes.attempts_in_exam(session, exam_id, now)
        credits = outcomes.credits_of(session, item_id)
        for person_id in sorted(attempts.keys() | credits.keys()):
            mine, held = attempts.get(person_id, []), credits.get(person_id, [])
            plan = plan_for(session, rule, mine, held)
            at = f"exam {exam_id} person {person_id}"
            found += [
                f"{at}: completion {each} holds, but no attempt that counts was passed"
                for each in plan.withdraw
            ]
            found += [
                f"{at}: attempt {each.id} was passed and counts, but completes nothing"
                for each in plan.record
            ]
    return found
