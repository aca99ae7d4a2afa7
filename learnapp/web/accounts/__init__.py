"""Pages of accounts: sign-in, preferences, one-time codes."""
