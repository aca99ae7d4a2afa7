"""A stage keeps its identity through the revisions of its programme."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Stages of one programme and place belong together; the first row names them all."""
    if op.get_bind().dialect.name == "sqlite":
        # In words: SQLite adds a column that refers to something only without making the table anew.
        op.execute(
            "ALTER TABLE stages ADD COLUMN begun_as INTEGER "
            "CONSTRAINT fk_stages_begun_as REFERENCES stages (id)"
        )
    else:
        op.add_column("stages", sa.Column("begun_as", BIG, nullable=True))
        op.create_foreign_key(op.f("fk_stages_begun_as"), "stages", "stages", ["begun_as"], ["id"])
    op.execute(
        """
        UPDATE stages SET begun_as = (
            SELECT min(first.id) FROM stages AS first
            JOIN programme_revisions AS its ON its.id = first.revision_id
            JOIN programme_revisions AS mine ON mine.id = stages.revision_id
            WHERE its.programme_id = mine.programme_id AND first.ordinal = stages.ordinal
        )
        """
    )
    op.execute("UPDATE stages SET begun_as = NULL WHERE begun_as = id")
