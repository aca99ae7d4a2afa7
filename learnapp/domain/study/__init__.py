"""Rules of study: programmes, planning, readings, what is owed."""
