"""Attempts by person and exam, and retired people: what a page of one person and a refresh ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add two indexes; no row changes."""
    op.create_index(
        op.f("ix_attempts_person_id_attempts_exam_id"), "attempts", ["person_id", "exam_id"]
    )
    retired = sa.text("retired_at IS NOT NULL")
    op.create_index(
        op.f("ix_people_retired_at"),
        "people",
        ["retired_at"],
        sqlite_where=retired,
        postgresql_where=retired,
    )
