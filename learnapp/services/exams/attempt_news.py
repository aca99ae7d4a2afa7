"""What an open test page asks the server for: its state, the time left, what the proctor announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.engine import RawCursor
from learnapp.db.exams import attempt_news
from learnapp.db.exams.attempt_papers import AttemptSummary
from learnapp.domain.exams.deadline import deadline
from learnapp.domain.exams.exams import AttemptState
from learnapp.services.accounts.sign_in import digest


@dataclass(frozen=True)
class AttemptNews:
    """The state of an attempt now; `announcements` is None where the page has the newest."""

    state: AttemptState
    deadline: datetime
    version: int
    announcements: list[str] | None


def news(
    reader: Session | RawCursor, token: str, now: datetime, public_id: str, seen: int
) -> AttemptNews | None:
    """News of an attempt for the person whose session has the token; None for anybody else.

    `seen` is the version of the announcements that the page shows. One statement, two when
    something was announced since.
    """
    found = attempt_news.news_of(reader, public_id, digest(token), now)
    if found is None:
        return None
    version = max(found.to_window, found.to_attempt)
    texts = None if version == seen else attempt_news.ruling(reader, found.window_id, found.id)[1]
    until = deadline(found.base_deadline, found.extra)
    return AttemptNews(AttemptState(found.state), until, version, texts)


@dataclass(frozen=True)
class Announced:
    """The announcements in force, with the version that they are."""

    version: int
    texts: list[str]


def announced_to(session: Session, head: AttemptSummary) -> Announced:
    """What is announced to an attempt: to its whole window first, then to it alone."""
    return Announced(*attempt_news.ruling(session, head.window_id, head.id))


def announced_in(session: Session, window_id: int) -> Announced:
    """What is announced to everybody in a window."""
    return Announced(*attempt_news.ruling(session, window_id, None))
