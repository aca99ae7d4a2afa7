"""A roster as a difference: what a row says, what is recorded of its person, and what can be done with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from learnapp.domain.people.names import name_key
from learnapp.domain.people.people import LoginKind


class RosterScope(StrEnum):
    """What a roster file speaks of: who serves there and is not in the file is asked about."""

    ADDITIONS = "additions"  # only people to come; what the file says of others is shown and left
    UNITS = "units"  # everybody of each unit that the file lists people of
    TREE = "tree"  # everybody of a unit and of all below it


class RowKind(StrEnum):
    """What a row of a roster comes to."""

    DOUBTFUL = "doubtful"
    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    UNIT = "unit"
    UNCHANGED = "unchanged"
    RESOLVED = "resolved"  # nobody is gone: another row was decided to mean this person


class RowChoice(StrEnum):
    """What is to be done with a row; of a doubtful row, what its doubt was decided to be."""

    TAKE = "take"
    LEAVE = "leave"
    SAME = "same"  # the person recorded
    OTHER = "other"  # another person of the same name
    PADDED = "padded"  # with the zeros that were lost
    AS_WRITTEN = "as_written"


RoleHeld = tuple[str, int, int | None]  # role, unit, line on which it holds for all below


@dataclass(frozen=True)
class RecordedPerson:
    """What is recorded of a person: names, post on the line, roles; `unit_id` None: counts nowhere."""

    person_id: int
    name: str
    unit_id: int | None
    basis: str
    category: str
    logins: Mapping[LoginKind, str]
    roles: frozenset[RoleHeld] = frozenset()
    retired: bool = False
    post: str = ""


@dataclass(frozen=True)
class WrittenPerson:
    """What a row says of a person; what it leaves empty it says nothing of. `since`: the first day of
    what is new in where they serve and as what; None: the day on which the row is taken."""

    name: str
    unit_id: int
    logins: Mapping[LoginKind, str]
    basis: str | None = None
    category: str | None = None
    roles: tuple[RoleHeld, ...] = ()
    post: str | None = None
    since: date | None = None


class Field(StrEnum):
    """What of a person a row changes."""

    SERVICE = "service"
    NAME = "name"
    UNIT = "unit"
    BASIS = "basis"
    CATEGORY = "category"
    POST = "post"
    SINCE = "since"  # shown beside a change, never one by itself
    LOGIN = "login"
    ROLE = "role"


# Of where somebody serves and as what: a change of these is a new membership.
POSTING = frozenset({Field.UNIT, Field.BASIS, Field.CATEGORY, Field.POST})


@dataclass(frozen=True)
class Difference:
    """What a row changes of its person: which of these, with what each of them becomes."""

    fields: frozenset[Field] = frozenset()
    logins: Mapping[LoginKind, str] = field(default_factory=dict)
    roles: tuple[RoleHeld, ...] = ()

    @property
    def kind(self) -> RowKind:
        """Moved where the unit is another, else changed or unchanged."""
        if Field.UNIT in self.fields:
            return RowKind.MOVED
        return RowKind.CHANGED if self.fields else RowKind.UNCHANGED


def difference(written: WrittenPerson, recorded: RecordedPerson) -> Difference:
    """What the row changes of the person recorded. Roles are added by a roster and never ended."""
    logins = {
        kind: name for kind, name in written.logins.items() if recorded.logins.get(kind) != name
    }
    roles = tuple(each for each in written.roles if each not in recorded.roles)
    changed = {
        Field.SERVICE: recorded.retired,
        Field.NAME: name_key(written.name) != name_key(recorded.name),
        Field.UNIT: written.unit_id != recorded.unit_id,
        Field.BASIS: written.basis not in (None, recorded.basis),
        Field.CATEGORY: written.category not in (None, recorded.category),
        Field.POST: written.post not in (None, recorded.post),
        Field.LOGIN: bool(logins),
        Field.ROLE: bool(roles),
    }
    return Difference(frozenset(each for each, so in changed.items() if so), logins, roles)


def contradicts(written: Mapping[LoginKind, str], recorded: Mapping[LoginKind, str]) -> bool:
    """Whether the row has another login name of a kind than is recorded: perhaps another person."""
    return any(recorded.get(kind, name) != name for kind, name in written.items())


def usual_choice(scope: RosterScope, kind: RowKind) -> RowChoice:
    """What is done with a row about which nobody decided: nobody is taken for gone."""
    if kind in (RowKind.NEW, RowKind.UNIT):
        return RowChoice.TAKE
    if kind in (RowKind.MOVED, RowKind.CHANGED) and scope is not RosterScope.ADDITIONS:
        return RowChoice.TAKE
    return RowChoice.LEAVE


def choices(kind: RowKind, doubts: Collection[str], candidates: int) -> tuple[RowChoice, ...]:
    """What may be chosen for a row, with so many people whom it may mean; LEAVE always may.

    A row with several doubts, or one that only another file can put right, can only be left.
    """
    if not doubts:
        done_by_itself = kind in (RowKind.UNCHANGED, RowKind.RESOLVED)
        return () if done_by_itself else (RowChoice.TAKE, RowChoice.LEAVE)
    same = (RowChoice.SAME,) if candidates else ()
    if set(doubts) == {"namesake"}:
        return (*same, RowChoice.OTHER, RowChoice.LEAVE)
    if set(doubts) == {"unit_elsewhere"}:
        return (RowChoice.OTHER, RowChoice.LEAVE)
    if set(doubts) == {"login_of_another"}:
        return (*same, RowChoice.LEAVE)
    if set(doubts) == {"zeros_eaten"}:
        return (RowChoice.PADDED, RowChoice.AS_WRITTEN, RowChoice.LEAVE)
    return (RowChoice.LEAVE,)
