"""Questions as values: what they are, how they are marked, drawn, read from files and written."""
