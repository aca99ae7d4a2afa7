"""Use cases of people and units: joining, roster, search, choices."""
