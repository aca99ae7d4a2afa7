"""Fair papers: fixed questions, one paper for all, what was seen avoided, as part of the draw input."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; papers drawn before have avoided nothing and fixed nothing."""
    each = sa.Column("paper", sa.String(length=40), nullable=False, server_default="each")
    op.add_column("exams", each)
    op.add_column("exams", sa.Column("avoid_last", BIG, nullable=False, server_default="3"))
    op.add_column("attempts", sa.Column("avoided", JSON, nullable=False, server_default="[]"))
    op.add_column("draw_pools", sa.Column("fixed", JSON, nullable=False, server_default="[]"))
    seed = sa.Column("seed", sa.String(length=64), nullable=False, server_default="")
    op.add_column("draw_pools", seed)
    op.create_table(
        "blueprint_fixed",
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprints.id"], name=op.f("fk_blueprint_fixed_blueprint_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_blueprint_fixed_question_id")
        ),
        sa.PrimaryKeyConstraint("blueprint_id", "question_id", name=op.f("pk_blueprint_fixed")),
    )
