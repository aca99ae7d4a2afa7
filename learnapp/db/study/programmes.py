"""Named queries of programmes: the newest revision of each, and which stage was published last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.study.models import Programme, ProgrammeRevision, Requirement, Stage
from learnapp.domain.study.programme import RevisionState


@dataclass(frozen=True)
class Plan:
    """A programme's newest revision with one of its stages, as the admin's page shows it."""

    programme: Programme
    revision: ProgrammeRevision
    stage: Stage

    @property
    def identity(self) -> int:
        """What the stage is called by in addresses: the same in every revision."""
        return self.stage.begun_as or self.stage.id

    @property
    def in_force(self) -> StageInForce:
        """The stage in the shape that the figures' queries take."""
        return StageInForce(
            self.stage.id,
            self.programme.id,
            self.stage.ordinal,
            self.stage.name,
            self.programme.name,
            self.programme.line_id,
            self.programme.owner_unit_id,
            self.stage.first_day,
            self.stage.last_day,
            self.programme.calendar,
            self.revision.published_at,
            self.stage.begun_as,
        )


def newest_plans(
    session: Session, reach: Select[int], programme_id: int | None = None
) -> list[Plan]:
    """The stages of the newest revisions of programmes of units within reach (of this one alone, where
    one is named), without those put away; the newest programme first, its stages in order."""
    only = [] if programme_id is None else [Programme.id == programme_id]
    newest = (
        select(func.max(ProgrammeRevision.number))
        .where(ProgrammeRevision.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Programme, ProgrammeRevision, Stage)
        .join(ProgrammeRevision, ProgrammeRevision.programme_id == Programme.id)
        .join(Stage, Stage.revision_id == ProgrammeRevision.id)
        .where(
            Programme.owner_unit_id.in_(reach),
            Programme.retired_at.is_(None),
            ProgrammeRevision.number == newest,
            *only,
        )
        .order_by(Programme.id.desc(), Stage.ordinal)
    )
    return [Plan(*row) for row in rows]


def published_stage(session: Session, plan: Plan, up_to: int) -> int | None:
    """The plan's stage as the newest published revision up to this number has it; None without one."""
    return session.scalar(
        select(Stage.id)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .where(
            ProgrammeRevision.programme_id == plan.programme.id,
            ProgrammeRevision.state == RevisionState.PUBLISHED,
            ProgrammeRevision.number <= up_to,
            (Stage.id == plan.identity) | (Stage.begun_as == plan.identity),
        )
        .order_by(ProgrammeRevision.number.desc())
        .limit(1)
    )


def published_plans(session: Session, programme: Programme) -> list[Plan]:
    """The stages of a programme's newest published revision, in order; none before the first."""
    newest = (
        select(func.max(ProgrammeRevision.number))
        .where(
            ProgrammeRevision.programme_id == programme.id,
            ProgrammeRevision.state == RevisionState.PUBLISHED,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(ProgrammeRevision, Stage)
        .join(Stage, Stage.revision_id == ProgrammeRevision.id)
        .where(ProgrammeRevision.programme_id == programme.id, ProgrammeRevision.number == newest)
        .order_by(Stage.ordinal)
    )
    return [Plan(programme, revision, stage) for revision, stage in rows]


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme as the list shows it: its newest revision, how many stages, from when to when."""

    programme: Programme
    revision: ProgrammeRevision
    stages: int
    first_day: date
    last_day: date


def list_programmes(
    session: Session, reach: Select[int], state: RevisionState | None, span: tuple[int, int]
) -> tuple[list[ProgrammeRow], int]:
    """A page (offset, limit) of the programmes within reach, the newest first, and how many there
    are; `state`: those alone whose newest revision is in it."""
    newest = (
        select(func.max(ProgrammeRevision.number))
        .where(ProgrammeRevision.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )
    found = (
        select(
            Programme,
            ProgrammeRevision,
            func.count(Stage.id),
            func.min(Stage.first_day),
            func.max(Stage.last_day),
        )
        .join(ProgrammeRevision, ProgrammeRevision.programme_id == Programme.id)
        .join(Stage, Stage.revision_id == ProgrammeRevision.id)
        .where(
            Programme.owner_unit_id.in_(reach),
            Programme.retired_at.is_(None),
            ProgrammeRevision.number == newest,
            *([] if state is None else [ProgrammeRevision.state == state]),
        )
        .group_by(Programme.id, ProgrammeRevision.id)
    )
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    offset, limit = span
    rows = session.execute(found.order_by(Programme.id.desc()).offset(offset).limit(limit))
    return [ProgrammeRow(*row) for row in rows], total


def delete_revision(session: Session, revision_id: int) -> None:
    """Remove a draft with its stages and lines."""
    stages = select(Stage.id).where(Stage.revision_id == revision_id)
    session.execute(delete(Requirement).where(Requirement.stage_id.in_(stages)))
    session.execute(delete(Stage).where(Stage.revision_id == revision_id))
    session.execute(delete(ProgrammeRevision).where(ProgrammeRevision.id == revision_id))
