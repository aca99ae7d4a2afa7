"""What a sign-in is judged by and what its person is shown, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SecondFactor, SignIn
from learnapp.db.accounts.second_factors import ROLES
from learnapp.db.core.base import Instant
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.temporal import as_known
from learnapp.db.operations.models import AuditEntry, Setting
from learnapp.db.people.models import Grant
from learnapp.domain.core.permissions import Role

POLICY = "session_policy"  # the setting that holds what an office has set


class SignInFacts(NamedTuple):
    """What is known of a person who signs in.

    Whether they are staff, how many sessions they have, their last sign-in, how often a wrong password
    was tried since, the limits that this office has set, whether they have a second factor, and for
    which roles one is required.
    """

    is_staff: bool
    live: int
    last_at: datetime | None
    last_device: str | None
    last_address: str | None
    failures: int
    policy: Mapping[str, Any] | None
    has_factor: bool
    second_roles: list[str] | None


def _statement(_insert: Any) -> Any:
    person = bindparam("person_id", type_=BigInteger())
    today, now = bindparam("today", type_=Date()), bindparam("now", type_=Instant())
    staff = exists().where(
        Grant.person_id == person,
        Grant.role != Role.OFFICER,
        as_known(Grant),
        Grant.valid_from <= today,
        or_(Grant.valid_to.is_(None), Grant.valid_to > today),
    )
    factor = exists().where(
        SecondFactor.person_id == person, SecondFactor.confirmed_at.is_not(None)
    )
    mine = select(SignIn).where(SignIn.person_id == person)
    newest = mine.order_by(SignIn.id.desc()).limit(1)
    last = newest.with_only_columns(SignIn.created_at).scalar_subquery()
    live = (
        select(func.count())
        .select_from(SignIn)
        .where(SignIn.person_id == person, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    )
    failures = select(func.count()).where(
        AuditEntry.subject_kind == "person",
        AuditEntry.subject_id == person,
        AuditEntry.action == "person.sign_in_refused",
        AuditEntry.recorded_at > last,
    )
    return select(
        staff.label("is_staff"),
        live.scalar_subquery().label("live"),
        last.label("last_at"),
        newest.with_only_columns(SignIn.device).scalar_subquery().label("last_device"),
        newest.with_only_columns(SignIn.last_address).scalar_subquery().label("last_address"),
        failures.scalar_subquery().label("failures"),
        select(Setting.value).where(Setting.name == POLICY).scalar_subquery().label("policy"),
        factor.label("has_factor"),
        select(Setting.value).where(Setting.name == ROLES).scalar_subquery().label("second_roles"),
    )


_FACTS = Prepared(SignInFacts, _statement)


def facts_of(session: Session, person_id: int, now: datetime, today: date) -> SignInFacts:
    """What is known of a person who signs in now."""
    return _FACTS.rows(session, person_id=person_id, now=now, today=today)[0]
