"""The instants that are recorded, so that a jump of a clock is seen after a restart too."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from learnapp.db.operations.models import AuditEntry
from learnapp.domain.operations.timekeeping import ClockReading, Recorded
from learnapp.services.operations import timekeeping
from tests.services.refusals import refused
from tests.small_office import NOW


def _reading(boot, hours=0):
    return ClockReading(NOW + timedelta(hours=hours), 1.0, boot)


def test_each_start_of_the_machine_has_its_own_record_else_the_newest_of_any_other(office):
    assert timekeeping.recorded(office.session, "one") is None
    for boot, hours in (("one", 1), ("two", 3), ("three", 2)):
        timekeeping.record(office.session, _reading(boot, hours), suspected=boot == "two")
    assert timekeeping.recorded(office.session, "one") == Recorded(_reading("one", 1))
    assert timekeeping.recorded(office.session, "four") == Recorded(_reading("two", 3), True)


def test_records_of_long_ago_go_when_a_new_one_comes(office):
    timekeeping.record(office.session, _reading("one"), suspected=False)
    timekeeping.record(office.session, _reading("two", 24 * 100), suspected=False)
    assert timekeeping.recorded(office.session, "one").reading.boot == "two"


def test_an_admin_confirms_a_clock_that_was_suspected_and_the_audit_says_by_how_much(office):
    timekeeping.record(office.session, _reading("one"), suspected=True)
    ahead, admin = timedelta(days=1), office.caller().actor
    with refused("forbidden"):
        timekeeping.confirm(office.session, office.caller("head").actor, _reading("one"), ahead)
    timekeeping.confirm(office.session, admin, _reading("one", 24), ahead)
    assert timekeeping.recorded(office.session, "one") == Recorded(_reading("one", 24))
    office.session.flush()
    said = select(AuditEntry).where(AuditEntry.action == "clock.confirmed")
    entry = office.session.scalars(said).one()
    assert (entry.actor_id, entry.detail) == (admin.person_id, {"seconds": 86400})
