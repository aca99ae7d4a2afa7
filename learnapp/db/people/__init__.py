"""People and units in the database: models, placements, login names, scope."""
