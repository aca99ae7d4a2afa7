"""Services of notices: what a person was told, and what they have read of it."""
