"""Pages of running an installation: audit, clock, retiring."""
