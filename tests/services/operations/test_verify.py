"""What is derived agrees with the facts, and each disagreement is named by its ids."""

from __future__ import annotations

from sqlalchemy import func, select, update

from learnapp.db.exams.attempt_models import Attempt, Result
from learnapp.db.progress.models import Standing, UnitCount, UnitDueCount, UnitRequirementCount
from learnapp.services.operations import verify, verify_completions, verify_counters
from learnapp.services.operations.verify import differences


def test_an_office_that_was_made_by_the_services_agrees_with_itself(office):
    office.hand_in("officer")
    assert differences(office.session, office.early) == []


def test_everybody_is_compared_however_small_the_parts(office, monkeypatch):
    office.hand_in("officer")
    for part, name in ((verify, "_ATTEMPTS"), (verify_counters, "_PEOPLE")):
        monkeypatch.setattr(part, name, 1)
    monkeypatch.setattr(verify_counters, "_UNITS", 1)
    monkeypatch.setattr(verify_completions, "_PEOPLE", 1)
    assert differences(office.session, office.early) == []
    office.session.execute(update(Standing).values(done=Standing.done + 1))
    office.session.execute(update(UnitCount).values(owed=UnitCount.owed + 1))
    office.session.execute(update(UnitRequirementCount).values(done=UnitRequirementCount.done + 1))
    office.session.execute(update(UnitDueCount).values(behind=UnitDueCount.behind + 1))
    _wrong_result(office)
    found = differences(office.session, office.early)
    planted = {Standing: " columns ", UnitCount: " units ", UnitDueCount: " due "}
    planted |= {UnitRequirementCount: " requirements ", Attempt: "marks say"}
    for table, word in planted.items():
        rows = office.session.scalar(select(func.count()).select_from(table))
        assert rows == sum(word in each for each in found), word


def _wrong_result(office):
    """A result that no mark explains, beside the true one."""
    true = office.session.scalars(select(Result)).one()
    wrong = {"awarded": true.awarded + 1, "full": true.full, "passed": true.passed}
    number = true.number + 1
    office.session.add(
        Result(attempt_id=true.attempt_id, number=number, **wrong, recorded_at=office.early)
    )
    office.session.flush()
