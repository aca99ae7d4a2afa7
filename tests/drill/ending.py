"""How each drill ends: half hand in, the others answer when it is too late, and everything is reckoned."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from learnapp.db.core.engine import Database
from learnapp.db.exams.attempt_models import Attempt
from learnapp.domain.exams.exams import AttemptState
from tests.drill.people import Candidate
from tests.guard import holds_within, let_pass
from tests.reliability.ledger import reckon
from tests.reliability.phones import NoAnswer, flush, tally


def say(line: str) -> None:
    """A line of the drill's report, at once."""
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def until_answered(person: Candidate) -> None:
    """Hand in, however often it takes."""
    for _ in range(50):
        try:
            person.submit()
            return
        except NoAnswer:
            let_pass(1)
    raise AssertionError(f"{person.login} could not hand in")


def hand_in(people: Sequence[Candidate], make_late: Callable[[], None], database: Database) -> None:
    """Half hand in; the others answer once more when it is too late, and are handed in."""
    flush(people)
    for person in people[::2]:
        until_answered(person)
    make_late()
    for person in people[1::2]:
        person.tap(late=True)
    flush(people)
    count = select(func.count()).where(Attempt.state == AttemptState.OPEN)

    def all_in() -> bool:
        with database.reading() as session:
            return session.scalar(count) == 0

    assert holds_within(180, all_in), "somebody was never handed in"


def reckoning(people: Sequence[Candidate], database: Database) -> bool:
    """Say what was acknowledged and how often something went wrong; whether nothing did."""
    with database.reading() as session:
        wrong = reckon(session, people)
    told = tally(people)
    say(f"{told['told held']} answers acknowledged as held, {told['told after_deadline']} as late")
    say(", ".join(f"{name}: {count}" for name, count in wrong.items()))
    return not any(wrong.values())
