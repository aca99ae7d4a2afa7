"""Tables of notices to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from learnapp.db.core.base import Base, Code, Id, Json, PersonRef


class Notice(Base):
    """A message that a person gets once, on their pages."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "person_id", "read_at"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    code: Mapped[Code]
    params: Mapped[Json]
    recorded_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
