"""Costs at sizes: data of many people and questions, and what pages and deeds ask of the database."""
