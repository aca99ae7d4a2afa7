"""Rules of running an installation: clocks and daily limits."""
