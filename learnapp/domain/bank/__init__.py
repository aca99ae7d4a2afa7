"""Rules of the question bank: the life of a version, search."""
