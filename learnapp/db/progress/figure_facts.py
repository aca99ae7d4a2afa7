"""Named queries for the figures: duties and facts, on a day and as known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.immutable_cache import ImmutableCache
from learnapp.db.core.many import ids_in, ids_together, one_of
from learnapp.db.core.spans import Span
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import as_known
from learnapp.db.exams.corrections import due_times, newest_correction
from learnapp.db.people import unit_trees
from learnapp.db.people.memberships import (
    counting_members,
    ended_memberships,
)
from learnapp.db.people.models import Absence, AuthorityLine, Membership
from learnapp.db.progress.facts_of_some import facts_of_some, person_facts
from learnapp.db.progress.person_facts import facts_of_one
from learnapp.db.study.models import (
    CalendarOverride,
    Completion,
    Item,
    Programme,
    ProgrammeRevision,
    Requirement,
    Stage,
    Withdrawal,
)
from learnapp.db.study.unit_electives import offers_to
from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, end_of, local_day
from learnapp.domain.progress.figures import PersonFacts
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan, Audience, Duty, ItemKind

# Made once: an alias costs more to make than its query to run.
_LATER_REVISION = lasting_alias(ProgrammeRevision)


class StageInForce(NamedTuple):
    """A stage of the revision that was in force, with what its figures need."""

    id: int
    programme_id: int
    ordinal: int
    name: str
    programme_name: str
    line_id: int
    owner_unit_id: int
    first_day: date
    last_day: date
    calendar_kind: str
    published_at: datetime | None = None
    begun_as: int | None = None  # the stage's row in the revision in which it first occurred
    corrections: int = 0  # the newest known correction of a window: due times follow these
    line_name: str = ""
    overrides: int | None = None  # the newest override of its calendar; None where it is not known

    @property
    def identity(self) -> int:
        """What the stage is called by in addresses: the same in every revision."""
        return self.begun_as or self.id


def stages_in_force(
    session: Session, known_at: datetime | None = None, programme_id: int | None = None
) -> list[StageInForce]:
    """The stages of each programme's newest revision published by `known_at` (None: by now)."""
    if known_at is None and programme_id is None:
        return _STAGES_NOW.rows(session)
    return [StageInForce(*row) for row in session.execute(_stages(known_at, programme_id))]


def published_in_force(known_at: datetime | None = None) -> list[ColumnElement[bool]]:
    """A programme's newest revision published by then (None: by now), as conditions."""
    later = _LATER_REVISION
    newer = select(later.id).where(
        later.programme_id == ProgrammeRevision.programme_id,
        later.state == "published",
        later.number > ProgrammeRevision.number,
    )
    wanted: list[ColumnElement[bool]] = [
        ProgrammeRevision.state == "published",
        Programme.retired_at.is_(None),
    ]
    if known_at is not None:
        newer = newer.where(later.published_at <= known_at)
        wanted.append(ProgrammeRevision.published_at <= known_at)
    return [*wanted, ~newer.exists()]


def stage_ids_in_force() -> Select[int]:
    """The ids of the stages of each programme's newest published revision."""
    return (
        select(Stage.id)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .join(Programme, Programme.id == ProgrammeRevision.programme_id)
        .where(*published_in_force())
    )


def _stages(known_at: datetime | None, programme_id: int | None) -> AnySelect:
    wanted = published_in_force(known_at)
    if programme_id is not None:
        wanted.append(Programme.id == programme_id)
    return (
        select(
            Stage.id,
            Programme.id.label("programme_id"),
            Stage.ordinal,
            Stage.name,
            Programme.name.label("programme_name"),
            Programme.line_id,
            Programme.owner_unit_id,
            Stage.first_day,
            Stage.last_day,
            Programme.calendar.label("calendar_kind"),
            ProgrammeRevision.published_at,
            Stage.begun_as,
            newest_correction(known_at).label("corrections"),
            AuthorityLine.name.label("line_name"),
            _newest_override().label("overrides"),
        )
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .join(Programme, Programme.id == ProgrammeRevision.programme_id)
        .join(AuthorityLine, AuthorityLine.id == Programme.line_id)
        .where(*wanted)
        .order_by(Stage.first_day, Stage.ordinal, Stage.id)
    )


def _newest_override() -> ScalarSelect[int]:
    """The id of the newest override of a programme's calendar; 0 for none."""
    return (
        select(func.coalesce(func.max(CalendarOverride.id), 0))
        .where(CalendarOverride.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )


_STAGES_NOW = Prepared(StageInForce, lambda _: _stages(None, None))
_OVERRIDES: ImmutableCache[tuple[int, int], dict[date, bool]] = ImmutableCache(500)
_DUTIES: ImmutableCache[tuple[int, datetime | None, int], list[Duty]] = ImmutableCache(500)


def duties_in_force(session: Session, stages: Collection[StageInForce]) -> dict[int, list[Duty]]:
    """The requirements of published stages, which change only with the windows of their exams, by
    stage in plan order; with the corrections of windows that each stage's newest known one ends."""

    def load(
        missing: list[tuple[int, datetime | None, int]],
    ) -> dict[tuple[int, datetime | None, int], list[Duty]]:
        found: dict[tuple[int, datetime | None, int], list[Duty]] = {}
        for known in {corrections for *_, corrections in missing}:
            here = [key for key in missing if key[2] == known]
            duties = duties_of(session, [key[0] for key in here], corrections=known)
            found |= {key: duties[key[0]] for key in here}
        return found

    keys = [(stage.id, stage.published_at, stage.corrections) for stage in stages]
    return {key[0]: duties for key, duties in _DUTIES.of(session, keys, load).items()}


def duties_of(
    session: Session,
    stage_ids: Collection[int],
    known_at: datetime | None = None,
    corrections: int | None = None,
) -> dict[int, list[Duty]]:
    """The requirements of the stages, by stage, in plan order, with what was known by then (None: by
    now) of the windows of their exams; none for an exam whose first windows are all cancelled.

    `corrections`: the newest correction of a window that counts, where it is known.
    """
    rows = session.execute(
        select(Requirement, Item.kind, Stage.last_day)
        .join(Item, Item.id == Requirement.item_id)
        .join(Stage, Stage.id == Requirement.stage_id)
        .where(one_of(Requirement.stage_id, stage_ids))
        .order_by(Requirement.plan_day, Requirement.id)
    ).all()
    found: dict[int, list[Duty]] = {stage_id: [] for stage_id in stage_ids}
    exams = {row.item_id for row, kind, _ in rows if kind == ItemKind.EXAM}
    times = due_times(session, exams, known_at, corrections) if exams else None
    for row, kind, last_day in rows:
        due_at = times.of(row.item_id, row.due_at) if times else row.due_at
        if due_at is None:
            continue
        duty = Duty(
            row.id,
            row.item_id,
            row.required,
            row.plan_day,
            due_at,
            Audience.from_json(row.audience),
            by_window=kind == ItemKind.EXAM,
            stage_ends_at=end_of(last_day),
        )
        found[row.stage_id].append(duty)
    return found


def calendar_of(
    session: Session, stage: StageInForce, known_at: datetime | None = None
) -> StudyCalendar:
    """The programme's calendar with the overrides recorded by then; a day's newest row wins."""
    kind = CalendarKind(stage.calendar_kind)
    if known_at is not None or stage.overrides is None:
        return StudyCalendar(kind, _overrides(session, stage.programme_id, known_at))
    key = (stage.programme_id, stage.overrides)

    def load(_missing: list[tuple[int, int]]) -> dict[tuple[int, int], dict[date, bool]]:
        return {key: _overrides(session, stage.programme_id, None) if stage.overrides else {}}

    return StudyCalendar(kind, _OVERRIDES.of(session, [key], load)[key])


def _overrides(session: Session, programme_id: int, known_at: datetime | None) -> dict[date, bool]:
    wanted: list[ColumnElement[bool]] = [CalendarOverride.programme_id == programme_id]
    if known_at is not None:
        wanted.append(CalendarOverride.recorded_at <= known_at)
    rows = session.execute(
        select(CalendarOverride.day, CalendarOverride.is_study_day)
        .where(*wanted)
        .order_by(CalendarOverride.recorded_at, CalendarOverride.id)
    )
    return {day: is_study for day, is_study in rows}


@dataclass(frozen=True)
class Moment:
    """Which facts count: what holds at `as_of`, as known at `known_at` (None: now)."""

    as_of: datetime
    known_at: datetime | None = None

    @property
    def day(self) -> date:
        """The civil day of `as_of`."""
        return local_day(self.as_of)


def _done(
    session: Session, at: Moment, items: Collection[int] | None, whom: ColumnElement[bool]
) -> dict[int, frozenset[int]]:
    """Per person the items (None: any) completed by then and not withdrawn by then; one row a person."""
    withdrawn = select(Withdrawal.id).where(
        Withdrawal.completion_id == Completion.id, Withdrawal.occurred_at <= at.as_of
    )
    wanted = [Completion.occurred_at <= at.as_of, whom]
    if items is not None:
        wanted.append(one_of(Completion.item_id, items))
    if at.known_at is not None:
        withdrawn = withdrawn.where(Withdrawal.recorded_at <= at.known_at)
        wanted.append(Completion.recorded_at <= at.known_at)
    theirs = ids_together(Completion.item_id)
    rows = session.execute(
        select(Completion.person_id, theirs)
        .where(*wanted, ~withdrawn.exists())
        .group_by(Completion.person_id)
    )
    return {person_id: ids_in(done) for person_id, done in rows}


def done_in(
    session: Session, at: Moment, items: Collection[int], people: Collection[int]
) -> dict[int, frozenset[int]]:
    """Per person the items of these completed by then; who has done none is left out."""
    return _done(session, at, items, one_of(Completion.person_id, people))


def _away(session: Session, at: Moment, whom: ColumnElement[bool]) -> dict[int, list[AbsenceSpan]]:
    """Per person the absences as known, cancelled ones left out."""
    away: dict[int, list[AbsenceSpan]] = defaultdict(list)
    rows = session.execute(
        select(
            Absence.person_id,
            Absence.first_day,
            Absence.last_day,
            Absence.effect,
            Absence.item_id,
        )
        .where(as_known(Absence, at.known_at), Absence.cancelled.is_(False), whom)
        .order_by(Absence.first_day, Absence.id)
    )
    for person_id, first, last, effect, item_id in rows:
        away[person_id].append(AbsenceSpan(first, last, AbsenceEffect(effect), item_id))
    return away


@dataclass(frozen=True)
class MemberChoice:
    """Which counting members are meant: of all, these `people` (None: any) of the `span` of ids who are
    in one of the `units` (a select of unit ids; None: in any)."""

    people: Collection[int] | None = None
    units: Select[int] | None = None
    span: Span | None = None


EVERYBODY = MemberChoice()


def facts_of(
    session: Session,
    line_id: int,
    at: Moment,
    items: Collection[int] | None,
    whom: MemberChoice = EVERYBODY,
) -> list[PersonFacts]:
    """What the figures need of each counting member, in few queries whatever their number.

    What is done may hold more items than were asked for (None: all).
    """
    people, within = whom.people, whom.units
    if people is not None and within is None and at.known_at is None:
        if len(people) == 1:
            return facts_of_one(session, line_id, at.as_of, next(iter(people)))
        return facts_of_some(session, line_id, at.as_of, people)
    members = counting_members(line_id, at.as_of, at.known_at)
    if people is not None:
        members = members.where(one_of(Membership.person_id, people))
    if within is not None:
        members = members.where(Membership.unit_id.in_(within))
    if whom.span is not None:
        members = members.where(whom.span.holds(Membership.person_id))
    rows = session.execute(members.order_by(Membership.person_id)).all()
    above = unit_trees.above(session, {row.unit_id for row in rows}, line_id, at.day, at.known_at)
    chosen = members.with_only_columns(Membership.person_id)
    done = _done(session, at, items, _condition(Completion.person_id, whom, chosen))
    away = _away(session, at, _condition(Absence.person_id, whom, chosen))
    theirs = _condition(Membership.person_id, whom, chosen)
    earlier = ended_memberships(session, line_id, at.as_of, at.known_at, theirs)
    return [
        person_facts(row, above[row.unit_id], done, away, earlier.get(row.person_id, {}))
        for row in rows
    ]


def _condition(
    column: SQLColumnExpression[int], whom: MemberChoice, chosen: Select[int]
) -> ColumnElement[bool]:
    """The narrowest condition on a fact's person that is cheap to ask."""
    if whom.people is not None:
        return one_of(column, whom.people)
    if whom.span is not None:
        return whom.span.holds(column)
    if whom.units is not None:
        return column.in_(chosen)
    return true()


def items_asked_of(session: Session, person_id: int, now: datetime) -> list[Item]:
    """The items that requirements in force ask of the person today, required or elective, and those
    that their units offer."""
    stages = stages_in_force(session)
    duties = duties_in_force(session, stages)
    at = Moment(now)
    wanted = {offer.item_id for offer in offers_to(session, person_id, now)}
    for line_id in {stage.line_id for stage in stages}:
        for facts in facts_of(session, line_id, at, (), MemberChoice([person_id])):
            for stage in stages:
                if stage.line_id != line_id:
                    continue
                for duty in duties[stage.id]:
                    if duty.audience.holds(
                        facts.units_above, facts.category, facts.basis, facts.post
                    ):
                        wanted.add(duty.item_id)
    return list(session.scalars(select(Item).where(one_of(Item.id, wanted)).order_by(Item.id)))
