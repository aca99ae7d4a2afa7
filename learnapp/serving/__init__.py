"""Serving the pages: whole bodies first, then a bounded pool of threads for the WSGI application."""
