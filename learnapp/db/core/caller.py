"""Who asks, in which transaction, at which instant: what leads the parameters of every use case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.domain.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """A transaction, the actor with the grants in force, and the instant (UTC) of the request."""

    session: Session
    actor: Actor
    now: datetime
