"""Alembic's environment: it works on the connection that learnapp.db.migrate hands it."""

from __future__ import annotations

from alembic import context

from learnapp.db.schema import in_models, metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    include_object=in_models,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
