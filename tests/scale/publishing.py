"""What publishing a revision costs: its preview, the deed, and counting everybody by the new plan."""

from __future__ import annotations

import re
from datetime import timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters
from learnapp.db.study.models import Item, Requirement
from learnapp.domain.core.calendar import local_day, week_end
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.study.programme import ItemKind
from learnapp.services.study import programmes
from tests.scale.measure import Cost, watching
from tests.scale.place import Place


def measure(place: Place) -> dict[str, Cost]:
    """A revision with one requirement more, published to everybody."""
    engine, now, found = place.database.engine, place.clock.now(), {}
    _draft(place)
    place.enter("root")
    path = f"/programmes/{place.town.programme_id}/publish"
    found["publishing: preview"] = place.page(path)
    seen = re.search(r'name="seen" value="([^"]+)"', place.client.get(path).text)
    assert seen
    with watching(engine) as found["publishing: the deed"]:
        place.post(path, seen=seen.group(1), accept_overdue="1")
    with watching(engine) as found["publishing: everybody counted"]:
        waiting: int | None = 0
        while waiting is not None:
            with place.database.writing("counting") as session:
                waiting = counters.catch_up(session, now)
    place.enter()
    return found


def _draft(place: Place) -> None:
    with place.database.writing() as session:
        caller = Caller(session, SYSTEM, place.clock.now())
        plan = programmes.revise(caller, place.town.programme_id)
        item = Item(kind=ItemKind.ACTIVITY, title="集中学习")
        session.add(item)
        session.flush()
        day = local_day(place.clock.now()) + timedelta(days=7)
        asked = {"required": True, "plan_day": day, "due_at": week_end(day), "audience": {}}
        session.add(Requirement(stage_id=plan.stage.id, item_id=item.id, **asked))
