"""learnapp: a learning and testing platform for the study-daily, test-weekly, examine-monthly programme."""

__version__ = "0.1.0"
