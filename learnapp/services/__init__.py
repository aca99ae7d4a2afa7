"""Floor 3: use cases as plain functions of (session, actor, now, …); they flush, never commit."""
