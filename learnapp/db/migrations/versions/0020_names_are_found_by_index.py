"""Names of people and units, the audit's actors and what an author did are found by an index."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"

_INDEXES = (
    ("units", "name"),
    ("people", "name"),
    ("audit_entries", "actor_id"),
    ("audit_entries", "action"),
    ("version_events", "recorded_by"),
)


def upgrade() -> None:
    """Add the indexes."""
    for table, column in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Drop them."""
    for table, column in _INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
