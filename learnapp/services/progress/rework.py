"""补课重做: previewed, ordered, shown to its people, done again by reading, counted on its own line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from learnapp.db.bank.current_keys import newest_key
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.bulk import insert_rows
from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams.open_papers import must_not_be_answering
from learnapp.db.notices.outbox import notify_all
from learnapp.db.operations import audit_log, daily_limits
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import UnitOnLine, limits_of_reach, units_in_scope
from learnapp.db.people.unit_trees import subtree_within
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import MemberChoice, Moment, StageInForce
from learnapp.db.study import completions as completion_queries
from learnapp.db.study import owed as owed_queries
from learnapp.db.study import readings as reading_queries
from learnapp.db.study import reworks
from learnapp.db.study.models import Item, Portion, ReadingSection
from learnapp.db.study.rework_models import Rework, ReworkDone, ReworkDuty
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.bounds import Use
from learnapp.domain.progress.figures import DutyState, duties_of
from learnapp.domain.study.rework import NewRework, ReworkCounts, check_rework
from learnapp.services.progress.figures import stage_for
from question_bank.marking import mark
from question_bank.model import QuestionType, key_from_json, parse_response

_MOST_NAMED = 500


@dataclass(frozen=True)
class AskedAgain:
    """An item that can be done again, and of whom it would be asked."""

    item_id: int
    title: str
    people: frozenset[int]


def offered(caller: Caller, stage_id: int, unit_id: int) -> list[AskedAgain]:
    """The readings of a stage that have fallen due, in plan order, with the members of the unit and all
    below it of whom they were asked, who were not excused and have not to do them again already.
    Raises Forbidden, NotFound."""
    stage, units = _reached(caller, stage_id, unit_id)
    session, now = caller.session, caller.now
    all_duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    wanted = {
        each.item_id
        for each in all_duties
        if each.required and not each.by_window and each.due_at <= now
    }
    people: dict[int, set[int]] = {item_id: set() for item_id in wanted}
    facts = figure_facts.facts_of(
        session, stage.line_id, Moment(now), wanted, MemberChoice(units=units)
    )
    already = reworks.asked_already(session, wanted)
    for each in facts:
        for duty in duties_of(each, all_duties, now):
            item_id = duty.duty.item_id
            asked = item_id in people and (each.person_id, item_id) not in already
            if asked and duty.state is not DutyState.EXCUSED:
                people[item_id].add(each.person_id)
    items = owed_queries.items_of(session, wanted)
    ordered = dict.fromkeys(each.item_id for each in all_duties if each.item_id in wanted)
    return [
        AskedAgain(item_id, items[item_id].title, frozenset(people[item_id]))
        for item_id in ordered
        if items[item_id].portion_id is not None and people[item_id]
    ]


def _reached(caller: Caller, stage_id: int, unit_id: int) -> tuple[StageInForce, Select[int]]:
    stage = stage_for(caller.session, stage_id)
    today, unit = local_day(caller.now), UnitOnLine(unit_id, stage.line_id)
    limits = limits_of_reach(caller.session, caller.actor, Permission.REWORK_ORDER, unit, today)
    return stage, subtree_within(unit_id, stage.line_id, today, limits)


def meant(caller: Caller, new: NewRework) -> list[AskedAgain]:
    """What a rework would ask again of whom. Raises as `check_rework`, Forbidden, NotFound."""
    found = offered(caller, new.stage_id, new.unit_id)
    chosen = [each for each in found if each.item_id in new.item_ids]
    people = set().union(*(each.people for each in chosen))
    check_rework(new, [each.item_id for each in found], len(people), local_day(caller.now))
    return chosen


def order(caller: Caller, new: NewRework) -> Rework:
    """Order it; each of its people is notified with reason and day. Completions stay as they are.

    Raises as `meant`.
    """
    chosen, session = meant(caller, new), caller.session
    stage = stage_for(session, new.stage_id)
    row = Rework(
        stage_id=stage.identity,
        unit_id=new.unit_id,
        reason=new.reason.strip(),
        due_on=new.due_on,
        recorded_by=caller.actor.own_id(),
        recorded_at=caller.now,
    )
    session.add(row)
    session.flush()
    pairs = [(person_id, each.item_id) for each in chosen for person_id in sorted(each.people)]
    values = [{"rework_id": row.id, "person_id": who, "item_id": item} for who, item in pairs]
    insert_rows(session, ReworkDuty, values)
    audit_log.record(caller, "rework.ordered", ("unit", row.unit_id), rework=row.id)
    params = {"stage": stage.name, "reason": row.reason, "due_on": str(row.due_on)}
    notify_all(session, caller.now, sorted({who for who, _ in pairs}), "rework", params)
    return row


def withdraw(caller: Caller, rework_id: int) -> bool:
    """Take a rework back; False where it was before. Raises Forbidden, NotFound."""
    caller.actor.must(Permission.REWORK_ORDER)
    reach = units_in_scope(caller.actor, Permission.REWORK_ORDER, local_day(caller.now))
    row = reworks.one_within(caller.session, reach, rework_id)
    if row is None:
        raise NotFound("rework_unknown")
    caller.session.refresh(row, with_for_update=True)
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at, row.withdrawn_by = caller.now, caller.actor.own_id()
    caller.session.flush()
    audit_log.record(caller, "rework.withdrawn", ("unit", row.unit_id), rework=row.id)
    return True


@dataclass(frozen=True)
class ReworkLine:
    """A rework with the names of its unit and stage, how far it is, whether it is late."""

    rework: Rework
    unit: str
    stage: str
    counts: ReworkCounts
    overdue: bool


def listed(caller: Caller, page: PageSpan) -> tuple[list[ReworkLine], int]:
    """A page of the reworks of units within reach, the newest first, and how many there are."""
    reach = units_in_scope(caller.actor, Permission.PROGRESS_READ, local_day(caller.now))
    rows = reworks.within(caller.session, reach, (page.size, page.offset))
    return lines_of(caller, rows), reworks.count_within(caller.session, reach)


def lines_of(caller: Caller, rows: Sequence[Rework]) -> list[ReworkLine]:
    """Reworks, which came from a query within reach, as lines."""
    session, today = caller.session, local_day(caller.now)
    units = unit_paths.labels(session, {row.unit_id for row in rows}, today)
    counts = reworks.counts_of(session, [row.id for row in rows])
    stages = {each: stage_for(session, each).name for each in {row.stage_id for row in rows}}
    return [
        ReworkLine(
            row,
            units[row.unit_id],
            stages[row.stage_id],
            counts.get(row.id, ReworkCounts()),
            row.withdrawn_at is None
            and counts.get(row.id, ReworkCounts()).is_overdue(row.due_on, today),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class ReworkPage:
    """A rework by item, with who has something left, and whether the reader may take it back."""

    line: ReworkLine
    items: list[tuple[str, ReworkCounts]]
    people: list[tuple[str, str, int]]
    may_withdraw: bool


def one(caller: Caller, rework_id: int) -> ReworkPage:
    """A rework of a unit within reach. Raises NotFound."""
    session, today = caller.session, local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.PROGRESS_READ, today)
    row = reworks.one_within(session, reach, rework_id)
    if row is None:
        raise NotFound("rework_unknown")
    ordering = units_in_scope(caller.actor, Permission.REWORK_ORDER, today)
    mine = reworks.one_within(session, ordering, rework_id) is not None
    return ReworkPage(
        lines_of(caller, [row])[0],
        reworks.items_of(session, rework_id),
        reworks.people_left(session, rework_id, _MOST_NAMED),
        mine and row.withdrawn_at is None,
    )


@dataclass(frozen=True)
class ReadAgain:
    """An item that its reader does again: the text, and the question after it, if there is one."""

    own: reworks.OwnRework
    sections: list[ReadingSection]
    check: QuestionVersion | None


def read_again(caller: Caller, rework_id: int, item_id: int) -> ReadAgain:
    """What a rework asks of the reader. Raises NotFound."""
    session = caller.session
    found = reworks.own(session, caller.actor.own_id(), rework_id, item_id)
    if found is None or found.item.portion_id is None:
        raise NotFound("rework_unknown")
    portion = session.get_one(Portion, found.item.portion_id)
    version = reading_queries.newest_version(session, portion.reading_id)
    check = None
    if portion.check_version_id is not None:
        check = completion_queries.check_in_force(session, portion.check_version_id)
    sections = reading_queries.sections_of(session, version.id, portion.id)
    return ReadAgain(found, sections, check)


def do_again(caller: Caller, opened: ReadAgain, raw: dict[str, Any]) -> bool:
    """Done again with a right answer to the question after the text, or by having read it where there is
    none; False for a wrong answer. Raises BadResponse, TooMuch, Conflict as an answer to a check does."""
    session, person_id = caller.session, caller.actor.own_id()
    size = daily_limits.size_of(raw)
    daily_limits.must_spend(session, person_id, caller.now, Use.CHECKS, size)
    if opened.check is not None:
        must_not_be_answering(session, caller.actor, opened.check.question_id)
        type_ = QuestionType(opened.check.type)
        option_ids = [each["id"] for each in opened.check.options]
        response = parse_response(type_, option_ids, 0, raw)
        key = key_from_json(newest_key(session, opened.check.id).key)
        if not mark(type_, key, response, 100).right:
            return False
    values = {
        "rework_id": opened.own.rework.id,
        "person_id": person_id,
        "item_id": opened.own.item.id,
        "evidence": {"check": opened.check is not None},
        "recorded_at": caller.now,
    }
    session.execute(insert_if_new(session, ReworkDone).values(values))
    return True


def left_of(caller: Caller) -> list[tuple[Rework, Item]]:
    """What the reader has not done again, the soonest due first."""
    found = reworks.left_of(caller.session, caller.actor.own_id())
    return [(each.rework, each.item) for each in found]
