"""Services of notices: what a person was notified of, and what they have read of it."""
