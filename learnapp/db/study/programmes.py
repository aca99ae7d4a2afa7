"""Named queries of programmes: the newest revision of each, and which stage was published last."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.study.models import Programme, ProgrammeRevision, Stage
from learnapp.domain.study.programme import RevisionState


@dataclass(frozen=True)
class Plan:
    """A programme's newest revision with its stage, as the admin's page shows it."""

    programme: Programme
    revision: ProgrammeRevision
    stage: Stage

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


def newest_plans(session: Session, reach: Select[int]) -> list[Plan]:
    """The programmes of units within reach, without those put away, the newest first, each with its
    newest revision."""
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
            Stage.ordinal == plan.stage.ordinal,
        )
        .order_by(ProgrammeRevision.number.desc())
        .limit(1)
    )
