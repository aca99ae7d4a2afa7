"""Named queries of layouts that people taught: those within reach, one of them."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.files.models import TaughtLayout


def layouts_within(session: Session, reach: Select[int]) -> list[TaughtLayout]:
    """The layouts kept within reach and not put away, newest first."""
    wanted = select(TaughtLayout).where(
        TaughtLayout.owner_unit_id.in_(reach), TaughtLayout.retired_at.is_(None)
    )
    return list(session.scalars(wanted.order_by(TaughtLayout.id.desc()).limit(100)))


def one_within(session: Session, reach: Select[int], layout_id: int) -> TaughtLayout | None:
    """The layout of this id, if it is kept within reach."""
    return session.scalar(
        select(TaughtLayout).where(
            TaughtLayout.id == layout_id,
            TaughtLayout.owner_unit_id.in_(reach),
            TaughtLayout.retired_at.is_(None),
        )
    )
