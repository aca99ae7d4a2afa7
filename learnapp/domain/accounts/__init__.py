"""Rules of accounts: passwords and guessing."""
