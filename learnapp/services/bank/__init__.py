"""Use cases of the question bank: banks, versions, review, imports, reports, statistics, keys shown."""
