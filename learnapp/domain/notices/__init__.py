"""Rules of notices: when somebody may be reminded, and how often."""
