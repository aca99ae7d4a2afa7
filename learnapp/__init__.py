"""learnapp: study daily, test weekly, examine monthly; the platform of the programme."""

__version__ = "0.1.0"
