"""The tests, and what they share: a database, a server, a browser."""
