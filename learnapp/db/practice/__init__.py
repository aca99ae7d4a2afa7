"""Practice in the database: answers outside exams, the notebook, remediation."""
