"""Use cases of exams: blueprints, windows, attempts, marking, corrections, results."""
