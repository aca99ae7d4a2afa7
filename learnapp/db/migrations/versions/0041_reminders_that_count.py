"""Reminders: a person has one of a cause in a week among those that were sent or will be; one that came
to nothing leaves the week free."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE, BEFORE = "reminder_people", "reminder_people_before"
NAMES = "reminder_id, person_id, cause, week, send_at, state, ended_at"
UNIQUE = f"uq_{TABLE}_person_id_cause_week"
INDEX = f"ix_{TABLE}_once_a_week"

revision = "0041"
down_revision = "0039"


def upgrade() -> None:
    """Make the constraint an index over the rows that count."""
    if op.get_bind().dialect.name == "sqlite":  # a constraint cannot be dropped there
        _rebuild()
    else:
        op.drop_constraint(UNIQUE, TABLE)
    counts = sa.text("state IN ('waiting', 'sent')")
    op.create_index(
        INDEX,
        TABLE,
        ["person_id", "cause", "week"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )


def _rebuild(*more: sa.UniqueConstraint) -> None:
    op.drop_index(op.f(f"ix_{TABLE}_state_{TABLE}_send_at"), TABLE)
    op.rename_table(TABLE, BEFORE)
    op.create_table(
        TABLE,
        sa.Column("reminder_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("cause", sa.String(60), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("send_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f(f"fk_{TABLE}_reminder_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{TABLE}_person_id")),
        sa.PrimaryKeyConstraint("reminder_id", "person_id", name=op.f(f"pk_{TABLE}")),
        *more,
    )
    op.execute(f"INSERT INTO {TABLE} ({NAMES}) SELECT {NAMES} FROM {BEFORE}")
    op.drop_table(BEFORE)
    op.create_index(op.f(f"ix_{TABLE}_state_{TABLE}_send_at"), TABLE, ["state", "send_at"])


def downgrade() -> None:
    """Forget what came to nothing where another row holds the week, and make the constraint again."""
    op.drop_index(INDEX, TABLE)
    op.execute(
        f"DELETE FROM {TABLE} WHERE EXISTS (SELECT 1 FROM {TABLE} AS other "
        f"WHERE other.person_id = {TABLE}.person_id AND other.cause = {TABLE}.cause "
        f"AND other.week = {TABLE}.week AND other.reminder_id <> {TABLE}.reminder_id "
        f"AND {TABLE}.state NOT IN ('waiting', 'sent') "
        f"AND (other.state IN ('waiting', 'sent') OR other.reminder_id > {TABLE}.reminder_id))"
    )
    columns = ("person_id", "cause", "week")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(sa.UniqueConstraint(*columns, name=UNIQUE))
    else:
        op.create_unique_constraint(UNIQUE, TABLE, list(columns))
