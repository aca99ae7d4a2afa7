"""Lighthouse's figures of an officer's pages, on a slow phone; for `make audit`."""
