"""Files by content."""
