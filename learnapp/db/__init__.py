"""The database layer: tables, named queries, transactions and migrations, on SQLite and PostgreSQL alike."""
