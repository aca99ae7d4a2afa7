"""One-time codes: how long one is valid, and how long its sheet may be read again."""

from __future__ import annotations

from datetime import timedelta

CODE_LENGTH = timedelta(days=30)
READABLE_FOR = timedelta(hours=24)
CODE_DAYS = CODE_LENGTH.days
READABLE_HOURS = int(READABLE_FOR.total_seconds()) // 3600
