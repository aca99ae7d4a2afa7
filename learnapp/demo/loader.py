"""What the commands get of the demonstration: the towns, its clock moved, and who signs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.demo import moving, town
from learnapp.demo.deeds import Rounds
from learnapp.demo.large import load as load_large
from learnapp.demo.load import load
from learnapp.demo.making import Making
from learnapp.services.operations.demonstration import PASSWORD, Login, logins

Say = Callable[[str], None]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Loader:
    """The demonstration, over the scheduler's rounds that the composition root hands in."""

    rounds: Rounds
    PASSWORD = PASSWORD

    def load(
        self,
        database: Database,
        now: datetime,
        password_hash: str,
        report: Say,
        whole: bool = False,
    ) -> list[Login]:
        """The small town into an empty database."""
        return load(database, now, password_hash, report, whole)

    def load_large(
        self, database: Database, now: datetime, count: int, password_hash: str, report: Say
    ) -> list[Login]:
        """The small town and a crowd of officers into an empty database."""
        return load_large(database, now, count, password_hash, report)

    def load_town(
        self,
        database: Database,
        now: datetime,
        password_hash: str,
        heard: tuple[Say, Progress],
    ) -> list[Login]:
        """The large town into an empty database."""
        return town.load(Making(database, self.rounds, *heard), now, password_hash)

    def move(
        self, database: Database, since: datetime, to: datetime, heard: tuple[Say, Progress]
    ) -> None:
        """What happens until then."""
        moving.move(Making(database, self.rounds, *heard), since, to)

    logins = staticmethod(logins)
