"""What every area of the database stands on: engine, transactions, column types, statements."""
