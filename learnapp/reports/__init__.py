"""Reports: facts to bytes."""
