"""Pages of study: the officer's week, portions, readings, programmes."""
