"""Costs at sizes: what pages, jobs and deeds ask of the database with many people and questions."""
