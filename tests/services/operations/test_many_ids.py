"""Lists of 70,000 ids, more than a statement of PostgreSQL has parameters for, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank import key_exposure, question_values, reviews
from learnapp.db.core.many import one_of
from learnapp.db.exams import attempt_start, outcomes, roll
from learnapp.db.operations import audit
from learnapp.db.people import unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Person, Unit
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import MemberChoice, Moment
from learnapp.db.study import owed
from learnapp.domain.core.calendar import local_day
from tests.services.conftest import ExamFixture
from tests.small_office import NOW

MANY = range(1, 70_001)
UNITS = select(Unit.id)


def line(session: Session) -> int:
    return default_line(session).id


QUERIES: dict[str, Callable[[Session], Any]] = {
    "sort keys": lambda s: roll.sort_keys(s, MANY),
    "names": lambda s: roll.names_and_logins(s, MANY),
    "accounts": lambda s: roll.accounts_of(s, MANY),
    "units at the start": lambda s: roll.units_at_start(s, line(s), MANY, UNITS),
    "attempts in an exam": lambda s: outcomes.attempts_in_exam(s, 1, NOW, MANY),
    "passed since": lambda s: outcomes.passed_since(s, MANY),
    "attempts of a person": lambda s: outcomes.attempts_of_person(s, 1, NOW, MANY),
    "facts": lambda s: figure_facts.facts_of(s, line(s), Moment(NOW), MANY, MemberChoice(MANY)),
    "duties": lambda s: figure_facts.duties_of(s, MANY),
    "items": lambda s: owed.items_of(s, MANY),
    "exams with windows": lambda s: owed.exams_with_windows(s, 1, MANY),
    "questions": lambda s: list(question_values.whole_of(s, None, set(MANY))),
    "contents": lambda s: reviews.contents(s, MANY),
    "published before": lambda s: reviews.published_before(s, MANY),
    "last events": lambda s: reviews.last_events(s, MANY),
    "shapes": lambda s: attempt_start._load_faces(s, list(MANY)),
    "titles": lambda s: audit.titles(s, "exam", MANY),
    "units below": lambda s: s.scalars(unit_trees.below(MANY, line(s), local_day(NOW))).all(),
    "units above": lambda s: unit_trees.above(s, MANY, line(s), local_day(NOW), None),
    "keys shown": lambda s: s.execute(
        key_exposure.shown_since(lambda person: one_of(person, MANY), NOW)
    ).all(),
}


def test_a_query_takes_as_many_ids_as_there_are(ground: ExamFixture):
    for name, ask in QUERIES.items():
        with ground.database.reading() as session:
            try:
                ask(session)
            except Exception as refused:
                refused.add_note(name)
                raise


def test_one_of_finds_what_is_in_the_list_and_nothing_else(ground: ExamFixture):
    with ground.database.reading() as session:
        everybody = set(session.scalars(select(Person.id)))
        some = {min(everybody), max(everybody)}
        assert set(session.scalars(select(Person.id).where(one_of(Person.id, MANY)))) == everybody
        assert set(session.scalars(select(Person.id).where(one_of(Person.id, some)))) == some
        rest = select(Person.id).where(~one_of(Person.id, some))
        assert set(session.scalars(rest)) == everybody - some
        assert session.scalars(select(Person.id).where(one_of(Person.id, ()))).all() == []
