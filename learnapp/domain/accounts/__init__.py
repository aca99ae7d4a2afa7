"""Rules of accounts: passwords and lockout."""
