"""The stated difficulty of questions, by what marking knows of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, QuestionVersion


def difficulties(session: Session) -> dict[int, int | None]:
    """By key revision the difficulty (1 to 5) that its question was given; None where it has none."""
    rows = session.execute(
        select(KeyRevision.id, QuestionVersion.difficulty).join(
            QuestionVersion, QuestionVersion.id == KeyRevision.version_id
        )
    )
    return {row[0]: row[1] for row in rows}
