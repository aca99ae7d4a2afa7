"""Postings of a person: transfer, a second one beside the first, its end, retirement and return."""

from __future__ import annotations

from datetime import date

from learnapp.db.accounts import access as account_queries
from learnapp.db.accounts.access import reached
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Membership
from learnapp.db.people.scope import require_scope
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import Basis
from learnapp.domain.people.postings import check_span, counts_there, is_likely
from learnapp.services.accounts import access
from learnapp.services.people import people
from learnapp.services.people.people import DaySpan, MembershipSpec, NewPosting


def move(caller: Caller, person_id: int, post: MembershipSpec, from_day: date) -> None:
    """Transfer a person within reach, also from a past day on, to a unit within reach.

    Raises NotFound, Forbidden("own_case", "person_above"), RuleBroken of "from_day" or "unit".
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    _check_day("from_day", from_day)
    for each in history.counting_on_line(caller.session, person_id, post.line_id):
        if people.spec_of(each) == post and each.valid_from <= from_day and each.valid_to is None:
            raise RuleBroken("unit", "posting_as_it_is")
    people.transfer(caller, person_id, post, from_day)


def _check_day(field: str, day: date) -> None:
    if not is_likely(day):
        raise RuleBroken(field, "date_unlikely")


def second(caller: Caller, person_id: int, post: MembershipSpec, span: DaySpan) -> bool:
    """A posting beside the one that counts (借调、抽调、挂职、派驻、兼职); whether it counts there.

    Where it counts at the receiving unit, the own one does not for that time, and does again after
    it. Raises NotFound, Forbidden, RuleBroken; Conflict("posting_meanwhile") where the counting
    posting changes within the span.
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    require_scope(
        caller.session, caller.actor, Permission.ROSTER_IMPORT, post.unit_id, local_day(caller.now)
    )
    _check_day("from_day", span.first)
    check_span(span.first, span.end)
    if post.basis is Basis.ESTABLISHMENT:
        raise RuleBroken("basis", "posting_needs_basis")
    there = counts_there(post.basis, span.first, span.end)
    home = _home(caller, person_id, post.line_id, span)
    if home is not None and home.unit_id == post.unit_id:
        raise RuleBroken("unit", "posting_as_it_is")
    if there and home is not None:
        _step_aside(caller, home, span)
    counts = there or home is None
    _add(caller, person_id, NewPosting(post, span, counts))
    audit_log.record(
        caller,
        "person.posted",
        ("person", person_id),
        unit=post.unit_id,
        basis=post.basis,
        first=str(span.first),
    )
    counters.refresh(caller.session, caller.now, [person_id])
    return counts


def _home(caller: Caller, person_id: int, line_id: int, span: DaySpan) -> Membership | None:
    """The membership that counts throughout the span; None where none does."""
    during = [
        each
        for each in history.counting_on_line(caller.session, person_id, line_id)
        if (span.end is None or each.valid_from < span.end)
        and (each.valid_to is None or each.valid_to > span.first)
    ]
    if not during:
        return None
    home = during[0]
    covers = home.valid_from <= span.first and (
        home.valid_to is None or (span.end is not None and home.valid_to >= span.end)
    )
    if len(during) > 1 or not covers:
        raise Conflict("posting_meanwhile")
    return home


def _step_aside(caller: Caller, home: Membership, span: DaySpan) -> None:
    """Let the own membership count until the span and after it, and go on without counting in it."""
    post = people.spec_of(home)
    before = DaySpan(home.valid_from, span.first)
    _add(caller, home.person_id, NewPosting(post, before, True, home.id))
    _add(caller, home.person_id, NewPosting(post, span, False))
    if span.end is not None and home.valid_to != span.end:
        _add(caller, home.person_id, NewPosting(post, DaySpan(span.end, home.valid_to), True))


def _add(caller: Caller, person_id: int, new: NewPosting) -> None:
    caller.session.add(people.membership(caller, person_id, new))
    caller.session.flush()


def end_second(caller: Caller, person_id: int, membership_id: int, ends_on: date) -> bool:
    """End a posting that does not count, from a day on; False if it ends by then already.

    Raises NotFound, Forbidden, Conflict("posting_counts") for the one that counts: its end is a
    transfer or a retirement.
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    row = history.posting(caller.session, person_id, membership_id)
    if row is None:
        raise NotFound("posting_unknown")
    if row.counts:
        raise Conflict("posting_counts")
    if row.valid_to is not None and row.valid_to <= ends_on:
        return False
    _check_day("ends_on", ends_on)
    span = DaySpan(row.valid_from, max(row.valid_from, ends_on))
    _add(caller, person_id, NewPosting(people.spec_of(row), span, False, row.id))
    about = {"unit": row.unit_id, "ends_on": str(ends_on)}
    audit_log.record(caller, "person.posting_ended", ("person", person_id), **about)
    counters.refresh(caller.session, caller.now, [person_id])
    return True


def retire(caller: Caller, person_id: int) -> None:
    """The person leaves the service today: no sign-in, no roles, in no figure from now on.

    All that was recorded stays. Raises as reaching does, and Conflict("last_admin").
    """
    session, now = caller.session, caller.now
    person = access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    today = local_day(now)
    account_queries.lock_admins(session, today)
    for held in account_queries.admin_grants(session, person_id, today):
        if not account_queries.has_other_admin(session, held, today):
            raise Conflict("last_admin")
    roles = history.grants_in_force(session, person_id, today)
    for grant in roles:
        session.add(access.ended(caller, grant, today))
    person.retired_at = now
    account_queries.end_sessions(session, [person_id], now)
    account_queries.end_codes(session, [person_id], now)
    audit_log.record(caller, "person.retired", ("person", person_id), roles=len(roles))
    counters.refresh(session, now, [person_id])


def bring_back(caller: Caller, person_id: int) -> bool:
    """Undo a retirement: the person serves and may sign in again, without the roles that ended;
    False if they serve. Raises NotFound, Forbidden("own_case")."""
    caller.actor.must(Permission.ROSTER_IMPORT)
    refuse_own(caller.actor, person_id)
    person = reached(caller, Permission.ROSTER_IMPORT, person_id, also_retired=True, to_change=True)
    if person.retired_at is None:
        return False
    person.retired_at = None
    audit_log.record(caller, "person.returned", ("person", person_id))
    counters.refresh(caller.session, caller.now, [person_id])
    return True


def second_of(caller: Caller, person_id: int, membership_id: int) -> Membership:
    """A posting of a person that does not count. Raises NotFound."""
    row = history.posting(caller.session, person_id, membership_id)
    if row is None or row.counts:
        raise NotFound("posting_unknown")
    return row


def counting_today(caller: Caller, person_id: int) -> Membership | None:
    """The membership of a person that counts today on the default line."""
    today = local_day(caller.now)
    rows = history.counting_on_line(caller.session, person_id, default_line(caller.session).id)
    return next(
        (
            row
            for row in rows
            if row.valid_from <= today and (row.valid_to is None or row.valid_to > today)
        ),
        None,
    )
