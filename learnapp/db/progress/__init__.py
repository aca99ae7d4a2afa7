"""Figures in the database: duties and facts, of many people and of one."""
