"""Rules of exams: windows, answers, grading, rulings, outcomes, visibility."""
