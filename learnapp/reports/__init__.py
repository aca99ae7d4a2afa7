"""Floor 2: facts to bytes."""
