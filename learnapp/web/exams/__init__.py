"""Pages of exams: windows, attempts, grading, monitoring, corrections, results."""
