"""Rules of reports: when they are cut off, what they sum, what changed."""
