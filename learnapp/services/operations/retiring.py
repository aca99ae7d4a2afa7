"""What was made by mistake is put away while nothing depends on it: an empty bank, an unasked reading."""

from __future__ import annotations

from learnapp.db.bank import bank_use
from learnapp.db.bank.reach import bank_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.study import readings as reading_queries
from learnapp.db.study.models import Reading
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Permission
from learnapp.services.study import readings


def retire_bank(caller: Caller, bank_id: int) -> None:
    """Put a bank away that has no question, no blueprint and no import that waits to fill it.

    Raises NotFound, also for one that is put away, Conflict("bank_in_use").
    """
    session = caller.session
    found = bank_in_reach(caller, bank_id, Permission.BANK_EDIT)
    session.refresh(found, with_for_update=True)
    if bank_use.is_expected(session, bank_id) or not bank_use.is_empty(session, bank_id):
        raise Conflict("bank_in_use")
    found.retired_at = caller.now
    audit_log.record(caller, "bank.retired", ("bank", bank_id))


def retire_reading(caller: Caller, reading_id: int) -> None:
    """Put a reading away that no plan asks or asked, and nobody completed.

    Raises NotFound, also for one that is put away, Conflict("reading_in_use").
    """
    readings.reading_in_reach(caller, reading_id)
    if reading_queries.is_used(caller.session, reading_id):
        raise Conflict("reading_in_use")
    caller.session.get_one(Reading, reading_id, with_for_update=True).retired_at = caller.now
    audit_log.record(caller, "reading.retired", ("reading", reading_id))
