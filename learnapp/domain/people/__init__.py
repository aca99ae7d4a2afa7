"""Rules of people and units: words, names, order."""
