"""Exams in the database: models, drawing, attempts, answers, marks, results."""
