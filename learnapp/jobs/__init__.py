"""Entry point: scheduled work, led by one process at a time."""
