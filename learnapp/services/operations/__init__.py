"""Use cases of running an installation: setting up, schedule, audit, verify, health."""
