"""Study in the database: readings, programmes, requirements, completions, what is owed."""
