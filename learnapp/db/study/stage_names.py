"""What stages are called, also those that are in force no more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.study.models import ProgrammeRevision, Stage
from learnapp.domain.study.programme import RevisionState


def of(session: Session, stage_ids: Collection[int]) -> dict[int, str]:
    """The name of each stage, by its identity over revisions: as the newest published revision that
    has it calls it."""
    identity = func.coalesce(Stage.begun_as, Stage.id)
    rows = session.execute(
        select(identity, Stage.name)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .where(
            one_of(identity, stage_ids),
            ProgrammeRevision.state == RevisionState.PUBLISHED,
        )
        .order_by(ProgrammeRevision.number)
    )
    return {stage_id: name for stage_id, name in rows}
