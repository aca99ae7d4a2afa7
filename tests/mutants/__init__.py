"""Mutation score of the rules: how many small changes of the code the unit tests notice."""
