"""People of the demonstration act by manner, ability and difficulty, in order of time, each time the same."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from learnapp.db.core.engine import Database, make_engine
from learnapp.demo import town_people
from learnapp.demo.answering import response_of
from learnapp.demo.characters import Character, DaysAway, Manner, character
from learnapp.demo.deeds import Deed, Scene, carry_out
from learnapp.domain.core.errors import Conflict
from learnapp.domain.people.people import UnitKind

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # a Tuesday


def test_the_able_are_right_more_often_and_the_difficult_is_missed_more_often():
    weak, able = (Character(1, Manner.STEADY, ability) for ability in (0.0, 2.0))
    assert weak.chance("single", 1) > weak.chance("single", 3)
    assert able.chance("single", 3) > weak.chance("single", 3)
    assert able.chance("multiple", 2) < able.chance("single", 2)


def test_a_unit_that_decays_does_less_and_less_and_the_others_go_on_as_they_were():
    kept = {each for each in Manner if each.diligence(0.0) == each.diligence(1.0)}
    assert kept == set(Manner) - {Manner.DECAYS}
    assert Manner.DECAYS.diligence(0.9) < Manner.LAGS.diligence(0.9) < Manner.DECAYS.diligence(0.1)


def test_the_same_person_has_the_same_luck_and_ability_each_time():
    one, again = character(7, Manner.LEADS), character(7, Manner.LEADS)
    assert one == again
    assert one.luck("x").random() == again.luck("x").random() != one.luck("y").random()


def test_what_falls_into_an_absence_is_done_on_the_day_after():
    away = DaysAway(date(2026, 11, 2), date(2026, 11, 4))
    assert away.back(date(2026, 11, 3)) == date(2026, 11, 5)
    assert away.back(date(2026, 11, 1)) == date(2026, 11, 1)


@pytest.mark.parametrize("right", [True, False])
def test_a_wrong_answer_is_never_the_key(right):
    rng = random.Random(1)
    key = {"options": ["b"]}
    found = [response_of(rng, key, ("a", "b", "c"), right) for _ in range(30)]
    assert all((each == {"options": ["b"]}) is right for each in found)
    assert response_of(rng, {"blanks": [["甲"]]}, (), right) == {
        "blanks": ["甲" if right else "记不清"]
    }


def test_the_town_has_forty_five_units_of_five_kinds_with_names_of_their_own():
    units = list(town_people.planned_units(town_people.town_data()))
    assert len(units) == len({each.name for each in units}) == len({each.name_en for each in units})
    assert len(units) == 45 and {each.kind for each in units} == set(UnitKind) - {UnitKind.OTHER}
    assert 480 <= sum(each.people for each in units) <= 520
    assert {each.manner for each in units} == set(Manner)


def test_deeds_happen_in_order_with_the_rounds_between_and_a_refusal_stops_no_other(sqlite_url):
    database = Database(make_engine(sqlite_url))
    seen: list[str] = []

    def refuse(_session):
        raise Conflict("window_closed")

    def deed(hour: int, name: str):
        return Deed(NOW + timedelta(hours=hour), 0, lambda _session: seen.append(name))

    stage = Scene(
        database, lambda _d, at, _alone: seen.append(f"round {at.hour}"), lambda _at: None
    )
    deeds = [deed(3, "third"), deed(1, "first"), Deed(NOW + timedelta(hours=2), 0, refuse)]
    ticks = [NOW + timedelta(hours=2), NOW + timedelta(hours=4)]
    assert carry_out(stage, deeds, ticks) == 1
    assert seen == ["first", "round 6", "third", "round 8"]
    database.engine.dispose()
