"""Use cases of study: programmes, readings, portions, completions, what is owed."""
