"""A month with transfers, leave, a revision, a make-up, a late joiner, a withdrawal and late papers: its
figures of twenty random days are those that plain SQL counts from the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.progress import counters
from learnapp.db.progress.fact_counts import end_of_day
from learnapp.db.progress.person_duties import duties_of_person
from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import CalendarKind, start_of
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.exams import Channel, ExamKind, WindowKind, WindowTimes
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.domain.progress.figures import Counts, DutyState
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.exams import attempt_start, attempts, exams, further_sittings
from learnapp.services.people import absences, people
from learnapp.services.people.absences import NewAbsence
from learnapp.services.progress import figures, past_figures
from learnapp.services.study import completions, programme_lines, programmes, publishing, readings
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.programmes import NewProgramme, StagePlan
from tests.small_office import FIRST_DAY

BY_HAND = text(Path(__file__).with_name("counted_by_hand.sql").read_text(encoding="utf-8"))
MONDAY, LAST = date(2026, 11, 30), date(2026, 12, 27)
DAYS = [MONDAY + timedelta(days=n) for n in range((LAST - MONDAY).days + 1)]
AFTER = start_of(LAST + timedelta(days=1)) + timedelta(hours=9)
OFFICERS = 10
ON_SQLITE = pytest.mark.parametrize("new_office_url", ["sqlite"], indirect=True)


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a civil day."""
    return start_of(day) + timedelta(hours=hour)


def december(day: int) -> date:
    """A day of the month."""
    return date(2026, 12, day)


class Month:
    """The office through a month: two branches, a programme, and what happens on which day."""

    def __init__(self, office) -> None:
        self.office, self.session, self.rng = office, office.session, Random(14)
        self.east, self.west = office.add_branch(), self._west()
        self.people = [self._join(n, (self.east, self.west)[n % 2]) for n in range(OFFICERS)]
        self.first, self.second = self._reading("读本一", 12), self._reading("读本二", 4)
        self.programme, self.stage = self._publish()
        self.happened: Counter[str] = Counter()

    def _admin(self, now: datetime):
        return self.office.caller("admin", now)

    def _west(self) -> int:
        system = self.office.system()
        west = people.add_unit(system, "西城分局", UnitKind.POLICE, 2)
        people.place_unit(system, self.office.line_id, self.office.unit_id, west.id, FIRST_DAY)
        return west.id

    def _join(self, number: int, unit_id: int, now: datetime | None = None) -> int:
        system = self.office.system(now or at(MONDAY, -24))
        person = people.add_person(system, f"警员{number}", [(LoginKind.BADGE, f"m{number:05}")])
        post = people.MembershipSpec(unit_id, self.office.line_id)
        people.join(system, person.id, post, FIRST_DAY if now is None else now.date())
        counters.refresh(self.session, system.now, [person.id])
        return person.id

    def _reading(self, title: str, sections: int):
        about = {"title": title, "source": "", "category": "", "classification": "public"}
        parts = [
            {"heading": f"第{n}节", "html": "<p>文</p>", "length": 1500} for n in range(sections)
        ]
        return readings.add_reading(
            self._admin(at(MONDAY, -24)), self.office.unit_id, about, parts
        ).id

    def _publish(self):
        admin = self._admin(at(MONDAY, -10))
        new = NewProgramme(self.office.unit_id, self.office.line_id, "一个月", CalendarKind.WORKING)
        programme, stage = programmes.add_programme(admin, new, StagePlan("一", MONDAY, LAST))
        programme_lines.require_reading(admin, programme.id, self.first)
        blueprint = self.session.scalars(select(Exam.blueprint_id)).first()
        times = (at(december(10), 18), at(december(13), 22))
        plan = exams.ExamPlan(
            "月中测", ExamKind.WEEKLY, timedelta(minutes=20), *times, pass_permille=0
        )
        self.exam = exams.add_exam(admin, blueprint, plan)
        programme_lines.require_exam(admin, programme.id, self.exam.id)
        publishing.publish(admin, programme.id)
        return programme.id, stage.id

    def live(self, day: date) -> None:
        """A day: what happens on it, then what people complete."""
        if happens := self.events.get(day):
            happens(self)
        for person_id in [*self.people, self.office.staff["officer"]]:
            self._study(person_id, day)
        counters.refresh_stale(self.session, end_of_day(day).as_of)

    def _study(self, person_id: int, day: date) -> None:
        now = at(day, 12)
        open_items = [
            duty.duty.item_id
            for stage, duty in duties_of_person(self.session, person_id, now)
            if stage.programme_id == self.programme
            and duty.state in (DutyState.OWED, DutyState.OVERDUE)
            and not duty.duty.by_window
        ]
        if open_items and self.rng.random() < 0.45:
            self._complete(person_id, open_items[0], now)

    def _complete(self, person_id: int, item_id: int, now: datetime, made: datetime | None = None):
        system = self.office.system(now)
        fact = NewCompletion(person_id, item_id, Channel.ONLINE, {}, f"{now:%d%H}", made)
        self.happened["completed"] += completions.complete(system, fact) is not None

    def _sit(self, person_id: int, window_id: int, now: datetime) -> None:
        caller = Caller(self.session, Actor(person_id), now)
        public_id = attempt_start.start(caller, window_id, "5eed").public_id
        attempts.submit(caller, public_id)
        self.happened["sat"] += 1

    def transfer(self, number: int, unit_id: int, from_day: date, now: datetime) -> None:
        """Somebody is moved from a day on, recorded at an instant."""
        post = people.MembershipSpec(unit_id, self.office.line_id)
        people.transfer(self._admin(now), self.people[number], post, from_day)

    def away(self, number: int, kind: AbsenceKind, span: tuple[int, int], now: datetime) -> int:
        """An absence from one day of the month to another."""
        new = NewAbsence(kind, december(span[0]), december(span[1]))
        return absences.record(self._admin(now), self.people[number], new)

    def revise(self) -> None:
        """A part that nobody has begun is taken out, and another reading asked."""
        admin = self._admin(at(december(9)))
        plan = programmes.revise(admin, self.programme)
        last = programme_lines.lines_of(self.session, plan.stage.id)[-1]
        programme_lines.drop_requirement(admin, self.programme, last.requirement_id)
        programme_lines.require_reading(admin, self.programme, self.second)
        publishing.publish(admin, self.programme, accept_overdue=True)

    def late_paper(self) -> None:
        """What was done on paper ten days ago comes in."""
        item = self.session.scalars(
            select(Item.id)
            .where(Item.portion_id.is_not(None), Item.title.startswith("读本一"))
            .order_by(Item.id.desc())
        ).first()
        self._complete(self.people[5], item, at(december(15)), at(december(5)))

    def withdraw(self) -> None:
        """A completion is returned."""
        for item_id in self.session.scalars(select(Item.id).where(Item.title.startswith("读本"))):
            held = standing_completion(self.session, self.people[4], item_id)
            if held is not None:
                completions.withdraw(self._admin(at(december(17))), held.id, "没有读完")
                self.happened["withdrawn"] += 1
                return

    def sit_main(self) -> None:
        """Half sit the exam in its main window."""
        window = self.session.scalars(
            select(ExamWindow.id).where(ExamWindow.exam_id == self.exam.id)
        ).one()
        for person_id in self.people[:5]:
            self._sit(person_id, window, at(december(11), 11))

    def make_up(self) -> None:
        """A make-up for the absent, in which three of them sit."""
        window_id = self.session.scalars(
            select(ExamWindow.id).where(ExamWindow.exam_id == self.exam.id)
        ).one()
        times = WindowTimes(at(december(14), 11), at(december(17), 22))
        made = further_sittings.make(
            self._admin(at(december(14))), window_id, WindowKind.MAKE_UP, times
        )
        for person_id in self.people[6:9]:
            self._sit(person_id, made.id, at(december(14), 11))

    def join_late(self, day: int) -> None:
        """Somebody joins in the middle of the month."""
        self.people.append(self._join(day + 80, self.east, at(december(day), 9)))

    def cancel_leave(self) -> None:
        """A long leave was recorded by mistake."""
        absences.cancel(self._admin(at(december(22))), self.people[6], self.long_leave)

    def take_long_leave(self) -> None:
        """Somebody is away so long that it excuses."""
        self.long_leave = self.away(6, AbsenceKind.LONG_LEAVE, (19, 27), at(december(18)))

    events: dict[date, Callable[[Month], None]] = {  # noqa: RUF012
        december(3): lambda month: month.transfer(0, month.west, december(3), at(december(3))),
        december(4): lambda month: month.away(2, AbsenceKind.LEAVE, (4, 8), at(december(4))),
        december(8): lambda month: month.transfer(3, month.east, december(5), at(december(8))),
        december(9): lambda month: month.revise(),
        december(11): lambda month: (month.join_late(11), month.sit_main()),
        december(14): make_up,
        december(15): lambda month: (month.join_late(15), month.late_paper()),
        december(16): lambda month: month.transfer(1, month.east, december(21), at(december(16))),
        december(17): withdraw,
        december(18): take_long_leave,
        december(22): cancel_leave,
    }  # fmt: skip

    def by_hand(self, day: date, known: datetime) -> dict[int, Counts]:
        """Per unit the counts of its own members, by plain SQL."""
        bound = {"programme": self.programme, "line": self.office.line_id, "day": str(day)}
        instants = {"until": end_of_day(day).as_of, "known": known}
        bound |= {name: _stored(each) for name, each in instants.items()}
        return {row[0]: Counts(*row[1:]) for row in self.session.execute(BY_HAND, bound)}


def _stored(instant: datetime) -> str:
    """An instant as SQLite has it."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _shown(found) -> dict[int, Counts]:
    return {row.unit_id: row.counts for row in found.rows if row.depth}


@ON_SQLITE
def test_a_months_figures_of_twenty_days_are_those_that_plain_sql_counts(office):
    month = Month(office)
    head, wanted = office.unit_id, sorted(Random(2026).sample(DAYS, 20))
    as_it_ran = {}
    for day in DAYS:
        month.live(day)
        if day in wanted:
            now = end_of_day(day).as_of
            stage = figures.stage_for(office.session, month.stage)
            found = figures.unit_figures(office.caller("admin", now), stage, head)
            as_it_ran[day] = found
    counters.refresh_stale(office.session, AFTER)
    stage, caller = figures.stage_for(office.session, month.stage), office.caller("admin", AFTER)
    changed = 0
    for day in wanted:
        reported = past_figures.as_reported(caller, stage, head, day)
        known = past_figures.as_known_now(caller, stage, head, day)
        hand, hand_now = month.by_hand(day, end_of_day(day).as_of), month.by_hand(day, AFTER)
        for shown, counted in ((as_it_ran[day], hand), (reported, hand), (known, hand_now)):
            assert shown.top == sum(counted.values(), Counts()), day
            assert _shown(shown) == {each: counted[each] for each in (month.east, month.west)}, day
        changed += hand != hand_now
    assert changed > 3 and month.happened["sat"] == 8 and month.happened["withdrawn"] == 1
    assert month.happened["completed"] > 60
