"""Papers by version and attempt: whether a question is on a paper of an exam that goes on."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Put an index over both columns in the place of the one over the version alone."""
    op.drop_index(op.f("ix_paper_questions_version_id"), table_name="paper_questions")
    op.create_index(
        op.f("ix_paper_questions_version_id_paper_questions_attempt_id"),
        "paper_questions",
        ["version_id", "attempt_id"],
    )
