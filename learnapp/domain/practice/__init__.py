"""Rules of practice: the notebook."""
