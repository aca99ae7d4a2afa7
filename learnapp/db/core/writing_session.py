"""A session that writes, and is of use again after a text that its column cannot hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.base import TextTooLong


class WritingSession(Session):
    """Gives up all that was to be written where a text is too long.

    SQLAlchemy leaves a session whose flush failed unusable until it is rolled back; the page that says
    what is too long is drawn from the same session.
    """

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what is new and changed. Raises TextTooLong."""
        try:
            super().flush(objects)
        except TextTooLong:
            if not self.in_nested_transaction():  # that one is given up by who opened it
                self.rollback()
            raise
