"""三员分立: the switch, the roles that wait for a second person, and the guard of the grants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0038b"
down_revision = "0036b"

# A role that is given (not ended) while the newest row says so: nobody's admin, and none of the three
# beside another role on the same day.
_ON = "(SELECT is_on FROM separations ORDER BY id DESC LIMIT 1)"
_THREE = "('system_admin', 'security_admin', 'auditor')"
_CLASH = f"""
    NEW.role = 'admin' OR (NEW.role <> 'officer' AND EXISTS (
        SELECT 1 FROM grants g
        WHERE g.person_id = NEW.person_id AND g.role <> NEW.role AND g.role <> 'officer'
        AND (g.role IN {_THREE} OR NEW.role IN {_THREE})
        AND (g.valid_to IS NULL OR (g.valid_to > NEW.valid_from AND g.valid_to > g.valid_from))
        AND (NEW.valid_to IS NULL OR g.valid_from < NEW.valid_to)
        AND NOT EXISTS (SELECT 1 FROM grants n WHERE n.supersedes_id = g.id)))
"""


def upgrade() -> None:
    """Add the tables and the guard."""
    op.create_table(
        "separations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG),
        _refers("separations", "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_separations")),
    )
    _add_requests()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _add_requests() -> None:
    table = "role_requests"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("line_id", BIG),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date()),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", BIG),
        sa.Column("outcome", sa.String(10)),
        *(_refers(table, each, "people") for each in ("person_id", "asked_by", "decided_by")),
        _refers(table, "unit_id", "units"),
        _refers(table, "line_id", "lines"),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_role_requests_two_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_requests")),
    )
    op.create_index(op.f("ix_role_requests_person_id"), table, ["person_id"])
    waits = sa.text("decided_at IS NULL")
    op.create_index(
        "ix_role_requests_open", table, ["unit_id"], sqlite_where=waits, postgresql_where=waits
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _guard_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER grants_separated BEFORE INSERT ON grants "
        f"WHEN NEW.supersedes_id IS NULL AND {_ON} AND ({_CLASH}) "
        "BEGIN SELECT RAISE(ABORT, 'roles are separated'); END"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER separations_no_{verb.lower()} BEFORE {verb} ON separations "
            "BEGIN SELECT RAISE(ABORT, 'separations is append-only'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_two_roles() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.supersedes_id IS NULL AND {_ON} AND ({_CLASH}) "
        "THEN RAISE EXCEPTION 'roles are separated'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER grants_separated BEFORE INSERT ON grants "
        "FOR EACH ROW EXECUTE FUNCTION refuse_two_roles()"
    )
    op.execute(
        "CREATE TRIGGER separations_append_only BEFORE UPDATE OR DELETE ON separations "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER grants_separated")
    else:
        op.execute("DROP TRIGGER grants_separated ON grants")
        op.execute("DROP FUNCTION refuse_two_roles")
    op.drop_table("role_requests")
    op.drop_table("separations")
