"""Who may sign in and act: whom an admin reaches, who else covers their units, what they leave open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from learnapp.db.accounts.models import ActivationCode, Credential, PasswordHash, SignIn
from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import rows_changed
from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.people import unit_paths
from learnapp.db.people.models import Grant, LoginName, Membership, Person, Placement, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.accounts.separation import KEEPERS
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.exams import AttemptState


def belongs_to(
    actor: Actor, permission: Permission, today: date, reach: Select[int] | None = None
) -> ColumnElement[bool]:
    """Condition on a Membership: it puts its person within reach, by where they serve today, or
    served last if they serve nowhere any more. `reach`: the units in scope, where the query has
    them already (it cannot have them twice)."""
    if reach is None:
        reach = units_in_scope(actor, permission, today)
    other = aliased(Membership)
    elsewhere = select(other.id).where(
        other.person_id == Membership.person_id, in_force(other, today)
    )
    return and_(
        Membership.unit_id.in_(reach),
        or_(in_force(Membership, today), and_(as_known(Membership), ~elsewhere.exists())),
    )


def reached(
    caller: Caller,
    permission: Permission,
    person_id: int,
    *,
    also_retired: bool = False,
    to_change: bool = False,
) -> Person:
    """A person within the actor's grants; who has retired only where asked for.

    `to_change` locks the row; a page that only reads waits for nobody. Raises Forbidden without the
    right at all, NotFound.
    """
    session, actor = caller.session, caller.actor
    actor.must(permission)
    wanted = select(Person).where(Person.id == person_id)
    if actor.person_id is not None:
        member = select(Membership.id).where(
            Membership.person_id == person_id, belongs_to(actor, permission, local_day(caller.now))
        )
        if session.scalar(member.limit(1)) is None:
            raise NotFound("person_unknown")
    if not also_retired:
        wanted = wanted.where(Person.retired_at.is_(None))
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    person = session.scalar(wanted)
    if person is None:
        raise NotFound("person_unknown")
    return person


def person_by_login(session: Session, login: str) -> Person | None:
    """Who signs in by this name now."""
    return session.scalar(
        select(Person)
        .join(LoginName, LoginName.person_id == Person.id)
        .where(LoginName.name == login, LoginName.valid_to.is_(None))
    )


def holds_beyond(
    session: Session, actor: Actor, permission: Permission, today: date, person_id: int
) -> bool:
    """Whether the person has a role over a unit that the actor does not reach."""
    if actor.person_id is None:
        return False
    beyond = select(Grant.id).where(
        Grant.person_id == person_id,
        in_force(Grant, today),
        Grant.unit_id.not_in(units_in_scope(actor, permission, today)),
    )
    return session.scalar(beyond.limit(1)) is not None


def lock_admins(session: Session, today: date) -> None:
    """Lock everybody who is an admin or one of the three, in one order: two who shut each other out
    follow one another."""
    session.execute(
        select(Person.id)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.role.in_(KEEPERS), in_force(Grant, today))
        .order_by(Person.id)
        .with_for_update(of=Person)
    ).all()


def admin_grants(session: Session, person_id: int, today: date) -> Sequence[Grant]:
    """The person's roles in force of whom somebody must remain: admin, or one of the three."""
    return session.scalars(
        select(Grant).where(
            Grant.person_id == person_id, Grant.role.in_(KEEPERS), in_force(Grant, today)
        )
    ).all()


def grant_of(
    session: Session, person_id: int, grant_id: int, reach: Select[int] | None
) -> Grant | None:
    """A role of the person over a unit within reach (None: over any)."""
    wanted = select(Grant).where(Grant.id == grant_id, Grant.person_id == person_id)
    if reach is not None:
        wanted = wanted.where(Grant.unit_id.in_(reach))
    return session.scalar(wanted)


def newest_grant(session: Session, grant: Grant) -> Grant:
    """The row that holds now, if later ones superseded this one."""
    while (
        later := session.scalar(select(Grant).where(Grant.supersedes_id == grant.id))
    ) is not None:
        grant = later
    return grant


def has_other_admin(session: Session, held: Grant, today: date, grant_alone: bool = False) -> bool:
    """Whether somebody else of the grant's role remains over its unit who may sign in: another person,
    or, when one grant alone goes, the same person by a further grant."""
    unit_id = held.unit_id
    top = select(Placement.parent_id.label("unit_id"), Placement.line_id.label("line_id")).where(
        Placement.child_id == unit_id, Placement.parent_id.is_not(None), in_force(Placement, today)
    )
    above = top.cte("above", recursive=True)
    place = aliased(Placement)
    above = above.union(
        select(place.parent_id, place.line_id)
        .join(above, and_(place.child_id == above.c.unit_id, place.line_id == above.c.line_id))
        .where(place.parent_id.is_not(None), in_force(place, today))
    )
    from_above = select(above.c.unit_id).where(above.c.line_id == Grant.line_id)
    spared = Grant.id != held.id if grant_alone else Person.id != held.person_id
    found = (
        select(Grant.id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role == held.role,
            in_force(Grant, today),
            Person.disabled_at.is_(None),
            Person.retired_at.is_(None),
            spared,
            or_(Grant.unit_id == unit_id, Grant.unit_id.in_(from_above)),
        )
    )
    return session.scalar(found.limit(1)) is not None


def end_sessions(session: Session, person_ids: Collection[int], now: datetime) -> int:
    """Sign these people out everywhere; how many sessions were open."""
    ended = update(SignIn).where(
        one_of(SignIn.person_id, person_ids),
        SignIn.revoked_at.is_(None),
        SignIn.expires_at > now,
    )
    return rows_changed(session, ended.values(revoked_at=now))


def end_codes(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """Their one-time codes that were not used are good no more."""
    ended = update(ActivationCode).where(
        one_of(ActivationCode.person_id, person_ids),
        ActivationCode.used_at.is_(None),
        ActivationCode.revoked_at.is_(None),
    )
    session.execute(ended.values(revoked_at=now))


def forget_passwords(session: Session, person_ids: Collection[int]) -> None:
    """Their passwords are good no more; that they were used is still known."""
    session.execute(delete(Credential).where(one_of(Credential.person_id, person_ids)))


def keep_hash(
    session: Session, person_id: int, password_hash: str, now: datetime, most: int
) -> None:
    """Remember a password's hash, and no more than the newest `most`."""
    session.add(PasswordHash(person_id=person_id, password_hash=password_hash, set_at=now))
    session.flush()
    mine = select(PasswordHash.id).where(PasswordHash.person_id == person_id)
    newest = mine.order_by(PasswordHash.id.desc()).limit(most)
    session.execute(
        delete(PasswordHash).where(
            PasswordHash.person_id == person_id, PasswordHash.id.not_in(newest)
        )
    )


def hashes_of(session: Session, person_id: int) -> list[str]:
    """The hashes of the person's last passwords, newest first."""
    return list(
        session.scalars(
            select(PasswordHash.password_hash)
            .where(PasswordHash.person_id == person_id)
            .order_by(PasswordHash.id.desc())
        )
    )


def names_around(session: Session, person_id: int) -> list[str]:
    """What a password of the person may not be made of: their name, their units' names."""
    names = session.scalars(
        select(Person.name)
        .where(Person.id == person_id)
        .union_all(
            select(Unit.name)
            .join(Membership, Membership.unit_id == Unit.id)
            .where(Membership.person_id == person_id, as_known(Membership))
        )
    )
    return list(names)


def grants_listed(session: Session, person_id: int, today: date) -> Sequence[tuple[Grant, str]]:
    """The person's roles in force or to come, with the name of their unit."""
    rows = session.scalars(
        select(Grant)
        .where(
            Grant.person_id == person_id,
            as_known(Grant),
            or_(Grant.valid_to.is_(None), Grant.valid_to > today),
        )
        .order_by(Grant.valid_from, Grant.id)
    ).all()
    names = unit_paths.labels(session, {grant.unit_id for grant in rows}, today)
    return [(grant, names[grant.unit_id]) for grant in rows]


def units_listed(session: Session, person_id: int, today: date) -> list[str]:
    """The names of the units where the person serves."""
    ids = session.scalars(
        select(Membership.unit_id)
        .where(Membership.person_id == person_id, in_force(Membership, today))
        .order_by(Membership.id)
    ).all()
    names = unit_paths.labels(session, ids, today)
    return [names[each] for each in ids]


@dataclass(frozen=True)
class UnfinishedAttempt:
    """What somebody has begun; it goes on by the clock whether or not they may sign in."""

    title: str
    channel: str
    started_at: datetime


def open_attempts(session: Session, person_id: int) -> list[UnfinishedAttempt]:
    """What the person has begun and not handed in, in the order in which it began."""
    rows = session.execute(
        select(Exam.title, Attempt.channel, Attempt.started_at)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN)
        .order_by(Attempt.started_at)
    )
    return [UnfinishedAttempt(*row) for row in rows]


def has_code(session: Session, person_id: int, now: datetime) -> bool:
    """Whether a one-time code of the person can be used."""
    found = select(ActivationCode.id).where(
        ActivationCode.person_id == person_id,
        ActivationCode.used_at.is_(None),
        ActivationCode.revoked_at.is_(None),
        ActivationCode.expires_at > now,
    )
    return session.scalar(found.limit(1)) is not None


def holder_of_code(session: Session, code_sha256: bytes, now: datetime) -> Person | None:
    """Who may set a password by the one-time code of this hash; None for one that is of no use."""
    return session.scalar(
        select(Person)
        .join(ActivationCode, ActivationCode.person_id == Person.id)
        .where(
            ActivationCode.code_sha256 == code_sha256,
            ActivationCode.used_at.is_(None),
            ActivationCode.revoked_at.is_(None),
            ActivationCode.expires_at > now,
            Person.retired_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )
