"""Entry point: the commands of an installation."""
