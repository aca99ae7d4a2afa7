"""Pages of the question bank: banks, questions, imports, review, reports."""
