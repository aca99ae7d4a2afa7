"""Entrance: the commands of an installation."""
