"""Tables of counters, derived from facts: per person, per unit, per unit and day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import Base, BigId, Id, Json, MaybePersonRef, Name, UnitRef


class Standing(Base):
    """A counter, derived: what a counting member owes and has done of a stage.

    Nothing in it changes by the passing of time: `behind_from` says since when something due is not
    done. `signs` and `moved` are a packed Tally (learnapp.domain.progress.tallies).
    """

    __tablename__ = "standings"
    __table_args__ = (Index(None, "stage_id", "unit_id"), Index(None, "person_id"))
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    unit_id: Mapped[UnitRef]
    owed: Mapped[int]
    done: Mapped[int]
    excused: Mapped[int]
    behind_from: Mapped[datetime | None]
    signs: Mapped[str]
    moved: Mapped[Json]


class UnitCount(Base):
    """The sum of the standings of a unit's own members, stored by increments.

    `closed_through`: the last civil day whose end is stored as a UnitDay; no row then means nobody.
    """

    __tablename__ = "unit_counts"
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    people: Mapped[int]
    owed: Mapped[int]
    done: Mapped[int]
    excused: Mapped[int]
    under_half: Mapped[int]
    closed_through: Mapped[date]


class UnitDueCount(Base):
    """Of a unit's own members: what falls due at one instant, and who is behind from then on."""

    __tablename__ = "unit_due_counts"
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    due: Mapped[int]
    due_done: Mapped[int]
    behind: Mapped[int]


class UnitRequirementCount(Base):
    """Of a unit's own members: how many owe one requirement, and how many of them have met it."""

    __tablename__ = "unit_requirement_counts"
    requirement_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("requirements.id"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    owed: Mapped[int]
    done: Mapped[int]


class UnitDay(Base):
    """A unit's own counts at the end of a past day, as they were known then; never changed.

    `stage_id` is the stage's first row, the same in every revision.
    """

    __tablename__ = "unit_days"
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    people: Mapped[int]
    owed: Mapped[int]
    done: Mapped[int]
    excused: Mapped[int]
    due: Mapped[int]
    due_done: Mapped[int]
    under_half: Mapped[int]
    behind: Mapped[int]


class WallDisplay(Base):
    """A screen that shows a unit's wall chart at an address of its own, to these networks alone, until it
    is revoked. The address is stored as a hash to be found by, and sealed to be read again."""

    __tablename__ = "wall_displays"
    __table_args__ = (Index(None, "unit_id"),)
    id: Mapped[Id]
    name: Mapped[Name]
    unit_id: Mapped[UnitRef]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programmes.id"))
    networks: Mapped[Json]
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[MaybePersonRef]


class StageCounting(Base):
    """How far the counting of a stage has come; a stage without a row is to be counted.

    `counted_to`: people up to this id are counted, empty when all are. `day` is the day up to which
    memberships that begin or end have been followed, `day_cursor` the last person of those after it.
    Days from `stored_from` on are stored as they end; of the days before, the end of the day `checkpoint`.
    """

    __tablename__ = "stage_countings"
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"), primary_key=True)
    counted_to: Mapped[int | None]
    stored_from: Mapped[date] = mapped_column("kept_from")
    day: Mapped[date]
    day_cursor: Mapped[int]
    checkpoint: Mapped[date | None]
    checkpoint_cursor: Mapped[int]  # the last unit of which the next checkpoint is stored
