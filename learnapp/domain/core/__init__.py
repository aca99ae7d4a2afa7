"""Rules that every area uses: study days, permissions, refusals, nobody's own case."""
