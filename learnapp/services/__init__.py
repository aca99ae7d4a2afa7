"""Use cases as plain functions of (caller, …); they flush, never commit."""
