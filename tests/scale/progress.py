"""What the pages of progress, its counters and its jobs cost."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.jobs.tick import tick
from learnapp.services.operations import verify
from learnapp.services.progress import figures, past_figures
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.determined import SeededRandomness
from tests.scale.measure import Cost, cheapest, watching
from tests.scale.place import Place


def measure(place: Place) -> dict[str, Cost]:
    """Each page and each job, in an order in which none disturbs the next."""
    found = counted(place)
    place.enter()
    top = f"/progress/stages/{place.town.stage_id}/units/{place.town.top_id}"
    found["figures page of the top unit"] = place.page(top)
    found["requirements page of the top unit"] = place.page(f"{top}/requirements")
    item = place.town.items[30]
    found["people behind one requirement, top"] = place.page(f"{top}/items/{item}")
    found["people behind the figure, top"] = place.page(f"{top}/people?behind=1")
    found["a past day as reported, top"] = _past_day(place)
    return found | work(place)


def counted(place: Place) -> dict[str, Cost]:
    """Everybody counted for the first time, as the scheduler does it."""
    with watching(place.database.engine) as cost:
        _catch_up(place)
    return {"counters from nothing": cost}


def work(place: Place) -> dict[str, Cost]:
    """What changes the counters every day."""
    return {"a completion": _completion(place), "midnight refresh": _midnight(place)}


def verified(place: Place) -> dict[str, Cost]:
    """The proof that all counters agree with the facts; the last part, after all that was done."""
    _catch_up(place)
    with watching(place.database.engine) as cost, place.database.reading() as session:
        wrong = verify.differences(session, place.clock.now())
    assert wrong == [], wrong[:3]
    return {"verify": cost}


def _catch_up(place: Place) -> None:
    """As the scheduler does it, until nobody waits."""
    now = place.clock.now()
    while True:
        with place.database.writing() as session:
            if counters.catch_up(session, now) is None:
                return


def _past_day(place: Place) -> Cost:
    def read() -> None:
        with place.database.reading() as session:
            stage = figures.stage_for(session, place.town.stage_id)
            day = local_day(place.clock.now()) - timedelta(days=1)
            caller = Caller(session, place.town.head, place.clock.now())
            past_figures.as_reported(caller, stage, place.town.top_id, day)

    return cheapest(place.database.engine, read, 1)


def _completion(place: Place) -> Cost:
    numbers = iter(place.town.people)

    def complete() -> None:
        with place.database.writing() as session:
            caller = Caller(session, SYSTEM, place.clock.now())
            item = place.town.items[-1]
            done = NewCompletion(next(numbers), item, Channel.PAPER, {}, "scale:more")
            completions.complete(caller, done)

    return cheapest(place.database.engine, complete, 20)


def _midnight(place: Place) -> Cost:
    """The first round of the scheduler after the end of a study week: things fall due."""
    day: date = local_day(place.clock.now())
    place.clock.instant = end_of(day + timedelta(days=6 - day.weekday())) + timedelta(seconds=2)
    with watching(place.database.engine) as cost:
        tick(place.database, place.clock.now(), SeededRandomness())
    return cost
