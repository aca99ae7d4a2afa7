"""Sentences for people, in both languages, without a request: pages, reports, notices, an API."""
