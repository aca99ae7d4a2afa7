"""Weekly reports: issues frozen at their cut-off, each unit's figures, remarks of heads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
_TABLES = ("report_issues", "unit_reports", "report_remarks")

revision = "0032"
down_revision = "0027"


def upgrade() -> None:
    """Add the three tables; rows are only ever added."""
    _add_issues()
    _add_units()
    _add_remarks()
    for table in _TABLES:
        _hold_append_only(table)


def downgrade() -> None:
    """Drop them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_issues() -> None:
    table = "report_issues"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("cut_off", INSTANT, nullable=False),
        sa.Column("previous_id", BIG),
        sa.Column("units", BIG, nullable=False),
        sa.Column("header", JSON, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers(table, "stage_id", "stages"),
        _refers(table, "line_id", "lines"),
        _refers(table, "previous_id", "report_issues"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "stage_id", "kind", "cut_off", name=op.f(f"uq_{table}_stage_id_kind_cut_off")
        ),
    )


def _add_units() -> None:
    table = "unit_reports"
    op.create_table(
        table,
        sa.Column("issue_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("parent_id", BIG),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("own", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("corrected", JSON),
        _refers(table, "issue_id", "report_issues"),
        _refers(table, "unit_id", "units"),
        _refers(table, "parent_id", "units"),
        sa.PrimaryKeyConstraint("issue_id", "unit_id", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f(f"ix_{table}_issue_id_{table}_parent_id"), table, ["issue_id", "parent_id"]
    )


def _add_remarks() -> None:
    table = "report_remarks"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("issue_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        _refers(table, "issue_id", "report_issues"),
        _refers(table, "unit_id", "units"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_issue_id_{table}_unit_id"), table, ["issue_id", "unit_id"])
    signed = sa.text("kind = 'signature'")
    op.create_index(
        "uq_report_remarks_signature",
        table,
        ["issue_id", "unit_id"],
        unique=True,
        sqlite_where=signed,
        postgresql_where=signed,
    )


def _hold_append_only(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
