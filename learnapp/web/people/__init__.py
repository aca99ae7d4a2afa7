"""Pages of people and units: lists, one person, the roster."""
