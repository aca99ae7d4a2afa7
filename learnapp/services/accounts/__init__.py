"""Use cases of accounts: sign-in, activation, passwords, one-time codes, shutting people out."""
