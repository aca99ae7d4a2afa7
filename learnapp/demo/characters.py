"""Who does how much of what is asked: units that lead, lag, decay, or do it for the form's sake."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

_SPREAD = 0.8  # of abilities, in the unit of difficulties
_LEVELS = {1: -1.1, 2: -0.2, 3: 0.8, 4: 1.4, 5: 2.0}  # a question's difficulty on that scale
_HARDER = {"multiple": 0.5, "fill_blank": 0.3}


class Manner(StrEnum):
    """How a unit takes its duties."""

    LEADS = "leads"
    STEADY = "steady"
    LAGS = "lags"
    DECAYS = "decays"
    PERFUNCTORY = "perfunctory"  # all is done in the last hour, and little is known

    def diligence(self, share: float) -> float:
        """The chance that somebody does what is asked, when this share of the time has passed."""
        if self is Manner.DECAYS:
            return 0.98 - 0.5 * share
        return {"leads": 0.985, "steady": 0.93, "lags": 0.68, "perfunctory": 0.96}[self]

    @property
    def ability(self) -> float:
        """The mean ability of its people."""
        return {"leads": 1.6, "steady": 1.2, "lags": 0.8, "decays": 1.0, "perfunctory": 0.1}[self]


@dataclass(frozen=True)
class Character:
    """A person who takes part: how their unit does it, and how much they know."""

    person_id: int
    manner: Manner
    ability: float
    since: date | None = None  # was not there before
    until: datetime | None = None  # does nothing from then on: left to the visitor

    def chance(self, kind: str, difficulty: int | None) -> float:
        """The chance of a right answer: ability against difficulty, by the logistic curve."""
        hard = _LEVELS.get(difficulty or 2, 0.0) + _HARDER.get(kind, 0.0)
        return 1 / (1 + math.exp(hard - self.ability))

    def luck(self, what: str) -> random.Random:
        """The same chance each time the same thing is decided, whatever else is decided before."""
        return random.Random(f"{self.person_id}/{what}")


def character(person_id: int, manner: Manner) -> Character:
    """A person of a unit of this manner."""
    own = random.Random(f"ability {person_id}").gauss(manner.ability, _SPREAD)
    return Character(person_id, manner, own)


@dataclass(frozen=True)
class DaysAway:
    """TownDays on which somebody does nothing, both included."""

    first: date
    last: date

    def back(self, day: date) -> date:
        """The day itself, or the first one after the absence."""
        return self.last + timedelta(days=1) if self.first <= day <= self.last else day
