"""Questions over time: review, reports, key sights, regrades, notices, statistics, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from question_bank.content import from_json
from question_bank.text_normalise import fold

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WHEN = sa.DateTime(timezone=True)

APPEND_ONLY = ("key_sights", "regrades", "version_events")

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns of versions, then the tables beside them."""
    for column in (
        sa.Column("law", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("tags", JSON, nullable=False, server_default="[]"),
        sa.Column("search", sa.Text(), nullable=False, server_default=""),
        sa.Column("review_owed", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("question_versions", column)
    _fill_search()
    _history()
    _reports()
    _regrades()
    _guard()


def _fill_search() -> None:
    """Make the versions that are there findable; initials come with their next edit."""
    table = sa.table(
        "question_versions",
        sa.column("id", BIG),
        sa.column("stem", JSON),
        sa.column("options", JSON),
        sa.column("search", sa.Text()),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(table.c.id, table.c.stem, table.c.options)).all():
        contents = [row.stem, *(option["content"] for option in row.options or [])]
        text = "\x1f".join(fold(from_json(each or []).plain) for each in contents)[:4000]
        bind.execute(table.update().where(table.c.id == row.id).values(search=text))


def _person(
    column: str, table: str, nullable: bool = False
) -> tuple[sa.Column[int], sa.Constraint]:
    return (
        sa.Column(column, BIG, nullable=nullable),
        sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}")),
    )


def _version(table: str) -> tuple[sa.Column[int], sa.Constraint]:
    name = op.f(f"fk_{table}_version_id")
    return (
        sa.Column("version_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["question_versions.id"], name=name),
    )


def _history() -> None:
    op.create_table(
        "version_events",
        sa.Column("id", BIG, nullable=False),
        *_version("version_events"),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", WHEN, nullable=False),
        *_person("recorded_by", "version_events", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_events")),
    )
    op.create_index(op.f("ix_version_events_version_id"), "version_events", ["version_id"])
    op.create_table(
        "key_sights",
        *_person("person_id", "key_sights"),
        *_version("key_sights"),
        sa.Column("seen_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "version_id", name=op.f("pk_key_sights")),
    )


def _reports() -> None:
    op.create_table(
        "question_reports",
        sa.Column("id", BIG, nullable=False),
        *_version("question_reports"),
        *_person("person_id", "question_reports"),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.Column("answered_at", WHEN, nullable=True),
        *_person("answered_by", "question_reports", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_reports")),
    )
    op.create_index(op.f("ix_question_reports_version_id"), "question_reports", ["version_id"])
    op.create_index(op.f("ix_question_reports_state"), "question_reports", ["state"])
    op.create_table(
        "notices",
        sa.Column("id", BIG, nullable=False),
        *_person("person_id", "notices"),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("recorded_at", WHEN, nullable=False),
        sa.Column("read_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        op.f("ix_notices_person_id_notices_read_at"), "notices", ["person_id", "read_at"]
    )


def _regrades() -> None:
    op.create_table(
        "regrades",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key_revision_id", BIG, nullable=False),
        sa.Column("keeps_passes", sa.Boolean(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("recorded_at", WHEN, nullable=False),
        *_person("recorded_by", "regrades", nullable=True),
        sa.ForeignKeyConstraint(
            ["key_revision_id"], ["key_revisions.id"], name=op.f("fk_regrades_key_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
        sa.UniqueConstraint("key_revision_id", name=op.f("uq_regrades_key_revision_id")),
    )
    op.create_table(
        "item_figures",
        *_version("item_figures"),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("concerns", JSON, nullable=False),
        sa.Column("as_of", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_item_figures")),
    )


def _guard() -> None:
    """What is a fact is added and never changed or removed."""
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
