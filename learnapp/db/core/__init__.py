"""What every area of the database uses: engine, transactions, column types, statements."""
