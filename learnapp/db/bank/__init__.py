"""The question bank in the database: models, versions and their history, review, keys shown."""
