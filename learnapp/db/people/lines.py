"""Lines: the one that everything without a line of its own belongs to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.people.models import AuthorityLine
from learnapp.domain.core.errors import NotFound


def default_line_if_any(session: Session) -> AuthorityLine | None:
    """The line that pages use by default; None before set-up."""
    return session.scalar(select(AuthorityLine).where(AuthorityLine.is_default.is_(True)))


def default_line(session: Session) -> AuthorityLine:
    """The line that pages use by default. Raises NotFound before set-up."""
    line = default_line_if_any(session)
    if line is None:
        raise NotFound("line_unknown")
    return line
