"""Displays of wall charts (挂图作战): a read-only address for one screen, bound to its network, revocable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learnapp.db.core.base import new_public_id
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.progress import displays, figure_facts
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.progress.models import WallDisplay
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.networks import parse_networks, within
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.study.planning import running_first
from learnapp.services.progress import figures
from learnapp.services.progress.figures import Figures

_ABOUT = "wall display"


@dataclass(frozen=True)
class NewDisplay:
    """What is asked for: where the screen is, what it shows, and its networks as they were typed."""

    name: str
    unit_id: int
    programme_id: int
    networks: str


def add(caller: Caller, new: NewDisplay, seal: Seal) -> WallDisplay:
    """Open an address for a screen. Raises Forbidden, NotFound, RuleBroken."""
    session, today = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, Permission.DISPLAY_MANAGE, new.unit_id, today)
    if not new.name.strip():
        raise RuleBroken("name", "display_unnamed")
    networks = parse_networks(new.networks)
    if not networks:
        raise RuleBroken("networks", "networks_needed")
    stages = figure_facts.stages_in_force(session)
    if new.programme_id not in {each.programme_id for each in stages}:
        raise RuleBroken("programme_id", "programme_not_here")
    token = new_public_id()
    row = WallDisplay(
        name=new.name.strip(),
        unit_id=new.unit_id,
        programme_id=new.programme_id,
        networks=networks,
        token_sha256=_hash(token),
        sealed=seal.close(token, _ABOUT),
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    session.add(row)
    session.flush()
    audit_log.record(caller, "display.added", ("unit", new.unit_id))
    return row


def revoke(caller: Caller, display_id: int) -> None:
    """Close an address for good; once more changes nothing. Raises Forbidden, NotFound."""
    caller.actor.must(Permission.DISPLAY_MANAGE)
    reach = units_in_scope(caller.actor, Permission.DISPLAY_MANAGE, local_day(caller.now))
    row = displays.of_units(caller.session, display_id, reach)
    if row is None:
        raise NotFound()
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = caller.now, caller.actor.person_id
        audit_log.record(caller, "display.revoked", ("unit", row.unit_id))


@dataclass(frozen=True)
class OpenDisplay:
    """A display in force; `token` None where the installation's key has changed since."""

    id: int
    name: str
    unit: str
    networks: list[str]
    token: str | None


def in_reach(caller: Caller, seal: Seal) -> list[OpenDisplay]:
    """The displays in force of units within reach, the newest first. Raises Forbidden."""
    caller.actor.must(Permission.DISPLAY_MANAGE)
    reach = units_in_scope(caller.actor, Permission.DISPLAY_MANAGE, local_day(caller.now))
    return [
        OpenDisplay(row.id, row.name, unit, row.networks, seal.open(row.sealed, _ABOUT))
        for row, unit in displays.within(caller.session, reach)
    ]


def shown_at(session: Session, token: str, address: str) -> WallDisplay:
    """The display of an address, for a screen in its networks. Raises NotFound for any other, so that
    nobody learns which addresses there are."""
    row = displays.by_token(session, _hash(token))
    if row is None or not within(row.networks, address):
        raise NotFound()
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def chart(caller: Caller, display: WallDisplay) -> Figures | None:
    """What a display shows now: the running stage of its programme, else the one that comes or was; None
    where the programme is put away. For a screen, which has no person: names are never among it."""
    stage = _stage(caller, display.programme_id)
    if stage is None:
        return None
    return figures.unit_figures(Caller(caller.session, SYSTEM, caller.now), stage, display.unit_id)


def _stage(caller: Caller, programme_id: int) -> StageInForce | None:
    stages = [
        each
        for each in figure_facts.stages_in_force(caller.session)
        if each.programme_id == programme_id
    ]
    return next(iter(running_first(stages, local_day(caller.now))), None)
