"""Two roles of PostgreSQL: one owns the tables and migrates, another serves and cannot alter the audit."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# What the serving role may add to and read, and nothing else.
SEALED = ("audit_blocks", "audit_entries")


def grant_serving(connection: Connection, role: str) -> None:
    """Let a role that is there serve: all rows may be read and written, those of the audit only added.

    Asked by the owner after each migration; safe to repeat.
    """
    name = connection.dialect.identifier_preparer.quote(role)
    sealed = ", ".join(SEALED)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE CREATE ON SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {sealed} FROM {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}",
    ):
        connection.execute(text(statement))


def may_remove(session: Session, table: str) -> bool:
    """Whether the role that asks may remove rows of a table; always with SQLite."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    question = text("SELECT has_table_privilege(:table, 'DELETE')")
    return bool(session.scalar(question, {"table": table}))
