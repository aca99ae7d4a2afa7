"""Use cases of staged files."""
