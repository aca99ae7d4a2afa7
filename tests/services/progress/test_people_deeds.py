"""Random deeds of the office on people and units: counters and kept days agree with the facts."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence, Membership, Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.people.units import members_of
from learnapp.db.progress import counters, fact_counts, figure_facts, unit_figures
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.db.study.models import Completion, Item, Reading
from learnapp.domain.core.calendar import CalendarKind, local_day, start_of
from learnapp.domain.core.errors import DomainError
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.exams.exams import Channel
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind
from learnapp.domain.study.programme import RECORDED_KINDS, AbsenceEffect
from learnapp.services.operations import verify
from learnapp.services.people import absences, joining, people, postings, previews, units
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.joining import Joining
from learnapp.services.people.people import DaySpan, MembershipSpec
from learnapp.services.people.units import NewUnit
from learnapp.services.study import completions, programme_lines, programmes, publishing
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.programmes import NewProgramme
from tests.small_office import NOW, build

STEPS = 70
LONG_AGO = date(2026, 1, 1)


class Office:
    """The small office with two bureaus, three stations and some officers.

    One programme asks everybody; another is of the first bureau, so that who owes it hangs on what
    stands under that bureau.
    """

    def __init__(self, session):
        _people, self.top, _window, _stage, _exam = build(session)
        self.admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        self.line = default_line(session)
        system = Caller(session, SYSTEM, NOW)
        self.units = [self.top]
        for n, above in enumerate((0, 0, 1, 1, 2)):
            unit = people.add_unit(system, f"单位{n}", UnitKind.POLICE, 2 + n // 2)
            people.place_unit(system, self.line.id, self.units[above], unit.id, LONG_AGO)
            self.units.append(unit.id)
        self.staff = []
        for n in range(9):
            person = people.add_person(system, f"警员{n}", [(LoginKind.BADGE, f"6000{n}")])
            people.join(system, person.id, self._post(self.units[1 + n % 5]), LONG_AGO)
            self.staff.append(person.id)
        self.retired_on: dict[int, date] = {}
        self._programme(session)
        counters.refresh(session, NOW, self.staff)
        self.items = session.scalars(select(Item.id).order_by(Item.id)).all()

    def _post(self, unit_id, **other):
        return MembershipSpec(unit_id, self.line.id, **other)

    def _programme(self, session):
        plan = programmes.StagePlan("分局阶段", date(2026, 11, 16), date(2026, 12, 11))
        caller = Caller(session, self.admin, NOW)
        programme, _stage = programmes.add_programme(
            caller,
            NewProgramme(self.units[1], self.line.id, "分局学习", CalendarKind.NATURAL),
            plan,
        )
        reading_id = session.scalars(select(Reading.id)).one()
        programme_lines.require_reading(caller, programme.id, reading_id)
        publishing.publish(caller, programme.id)

    def step(self, caller, rng, number):
        """One random deed by the services that pages call; its name."""
        deeds = (
            self.transferred, self.transferred, self.posted, self.posting_ended, self.retired,
            self.brought_back, self.joined, self.unit_added, self.unit_moved, self.unit_moved,
            self.unit_moved, self.posted, self.unit_emptied, self.away, self.away,
            self.absence_cancelled, self.completed, self.completed, self.withdrawn, self.looked_at,
        )  # fmt: skip
        deed = rng.choice(deeds)
        deed(caller, rng, number)
        return deed.__name__

    def _day(self, caller, rng, back, ahead):
        return local_day(caller.now) + timedelta(days=rng.randint(-back, ahead))

    def transferred(self, caller, rng, _number):
        post = self._post(rng.choice(self.units), category=rng.choice(list(Category)))
        postings.move(caller, rng.choice(self.staff), post, self._day(caller, rng, 9, 4))

    def posted(self, caller, rng, _number):
        basis = rng.choice([*list(Basis)[1:], Basis.SECONDED, Basis.STATIONED])
        post = self._post(rng.choice(self.units), basis=basis)
        first = self._day(caller, rng, 9, 3)
        end = rng.choice([None, first + timedelta(days=rng.choice([9, 300]))])
        postings.second(caller, rng.choice(self.staff), post, DaySpan(first, end))

    def posting_ended(self, caller, rng, _number):
        second = select(Membership).where(Membership.counts.is_(False)).order_by(Membership.id)
        row = rng.choice(caller.session.scalars(second).all() or [None])
        if row is not None:
            postings.end_second(caller, row.person_id, row.id, self._day(caller, rng, 3, 3))

    def retired(self, caller, rng, _number):
        person_id = rng.choice(self.staff)
        if len(self.retired_on) < 3:
            postings.retire(caller, person_id)
            self.retired_on[person_id] = local_day(caller.now)

    def brought_back(self, caller, _rng, _number):
        """Only on the same day: who comes back later had not retired, as the facts have it then."""
        for person_id, day in list(self.retired_on.items()):
            if day == local_day(caller.now):
                assert postings.bring_back(caller, person_id)
                del self.retired_on[person_id]

    def joined(self, caller, rng, number):
        where = Joining(self._post(rng.choice(self.units)), self._day(caller, rng, 9, 0))
        login = (LoginKind.BADGE, f"7{number:05d}")
        self.staff.append(joining.add(caller, f"新警{number}", login, where).id)

    def unit_added(self, caller, rng, number):
        above, day = rng.choice(self.units), self._day(caller, rng, 9, 2)
        new = NewUnit(f"新单位{number}", UnitKind.POLICE, above, self.line.id, day)
        self.units.append(units.add(caller, new).id)

    def unit_moved(self, caller, rng, number):
        """Mostly from one bureau to the other."""
        unit_id, above = rng.choice(self.units[2:]), rng.choice(self.units[:3])
        day = self._day(caller, rng, 9, 0 if number % 3 else 3)
        units.move(caller, unit_id, self.line.id, above, day)

    def unit_emptied(self, caller, rng, _number):
        """A unit merged into another: its people go there, then it is put away."""
        unit_id, other = rng.sample(self.units[3:], 2)
        today = local_day(caller.now)
        for person_id in members_of(caller.session, [unit_id], self.line.id, today):
            if person_id not in self.retired_on:
                postings.move(caller, person_id, self._post(other), today)
        units.retire(caller, unit_id)
        self.units.remove(unit_id)

    def away(self, caller, rng, _number):
        first = self._day(caller, rng, 8, 6)
        last = first + timedelta(days=rng.randrange(9))
        effect = rng.choice([None, *AbsenceEffect])
        new = NewAbsence(rng.choice(list(RECORDED_KINDS)), first, last, "测试", effect)
        absences.record(caller, rng.choice(self.staff), new)

    def absence_cancelled(self, caller, rng, _number):
        found = caller.session.scalars(select(Absence).order_by(Absence.id)).all()
        if found:
            row = rng.choice(found)
            absences.cancel(caller, row.person_id, row.id)

    def completed(self, caller, rng, number):
        at = caller.now - timedelta(hours=rng.choice([0, 0, 50]))
        who, item = rng.choice(self.staff), rng.choice(self.items)
        done = NewCompletion(who, item, Channel.PAPER, {}, f"test:{number}", at)
        completions.complete(Caller(caller.session, SYSTEM, caller.now), done)

    def withdrawn(self, caller, rng, _number):
        found = caller.session.scalars(select(Completion.id).order_by(Completion.id)).all()
        if found:
            completions.withdraw(caller, rng.choice(found), "退回")

    def looked_at(self, caller, rng, _number):
        """What a deed would change is shown by doing and undoing it: nothing is left of it."""
        person_id, post = rng.choice(self.staff), self._post(rng.choice(self.units))
        day = self._day(caller, rng, 9, 0)
        deed = lambda: postings.move(caller, person_id, post, day)  # noqa: E731
        previews.what_changes(caller, person_id, deed)
        moved = rng.sample(self.units[1:], 2)
        units.people_moved(caller, moved[0], self.line.id, moved[1], day)


def _step(session, office, now, rng, number):
    """A deed that no rule refuses; its name."""
    while True:
        undone = session.begin_nested()
        try:
            name = office.step(Caller(session, office.admin, now), rng, number)
        except DomainError:
            undone.rollback()
        else:
            undone.commit()
            return name


def _days_agree(session, office, days):
    """Each kept day's end, of every unit alone and of the whole tree, is what was known by then."""
    for stage in figure_facts.stages_in_force(session):
        for day in days:
            at = fact_counts.end_of_day(day)
            assert unit_figures.has_stored_days(session, stage, day)
            own = fact_counts.counts_from_facts(session, stage, at)
            true = unit_figures.branches_of(session, stage, UnitInReach(office.top), at, own)
            assert unit_figures.branches(session, stage, UnitInReach(office.top), at) == true, (
                day,
                stage.id,
            )


@pytest.mark.parametrize(("seed", "batch"), [(1, counters.BATCH), (2, 1)])
def test_counters_follow_whatever_the_office_does(office_url, monkeypatch, seed, batch):
    """With a batch of one, a moved unit has too many people to be counted at once."""
    monkeypatch.setattr(counters, "BATCH", batch)
    database, rng = Database(make_engine(office_url)), random.Random(seed)
    with database.writing() as session:
        office = Office(session)
    done: Counter[str] = Counter()
    now, days = NOW, []
    for number in range(STEPS):
        before, now = now, now + timedelta(minutes=rng.randrange(10, 360))
        with database.writing() as session:
            if local_day(before) != local_day(now):
                days.append(local_day(before))
                counters.refresh_stale(session, start_of(local_day(now)))
            done[_step(session, office, now, rng, number)] += 1
            if batch == 1:
                counters.refresh_stale(session, now)
            assert verify.differences(session, now) == [], (number, done)
    assert len(done) > 12 and len(days) >= 8, done
    with database.reading() as session:
        assert session.get_one(Unit, office.top).retired_at is None
        assert not counters.anybody_waits(session, now)
        _days_agree(session, office, days)
    database.engine.dispose()
