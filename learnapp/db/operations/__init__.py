"""Running an installation: audit, settings, job runs, probes, idempotency keys."""
