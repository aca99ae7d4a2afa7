"""Lines: the one that everything without a line of its own belongs to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.people.models import AuthorityLine
from learnapp.domain.core.errors import NotFound


def default_line(session: Session) -> AuthorityLine:
    """The line that pages use unless told otherwise. Raises NotFound before set-up."""
    line = session.scalar(select(AuthorityLine).where(AuthorityLine.is_default.is_(True)))
    if line is None:
        raise NotFound("line_unknown")
    return line
