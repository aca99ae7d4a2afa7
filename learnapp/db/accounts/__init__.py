"""Accounts in the database: who may sign in, sessions, one-time codes, guesses counted."""
