"""Floor 2: rows, named queries, transactions and migrations, on SQLite and PostgreSQL alike."""
