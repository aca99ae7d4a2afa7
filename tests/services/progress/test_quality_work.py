"""学习质量提示 as work in the background: rates of 20 people or more, without names, of what is a week old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters
from learnapp.db.study.models import Item, ReadingPlace
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.domain.progress.quality import PRIVATE, QualitySign, SignCounts
from learnapp.services.progress import figures, quality_work
from learnapp.services.progress.quality_work import QualityWork, signs_from
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW, officers

LATER = NOW + timedelta(days=9)


def _result(office, now=LATER):
    stage = figures.stage_for(office.session, office.stage_id)
    job = quality_work.ask(office.caller("head", now), stage, office.unit_id)
    work = QualityWork(office.session, now, job)
    while work.read(office.session) is not None:
        pass
    return work.result(office.session)


def _read(office, people):
    item = office.session.query(Item).filter(Item.portion_id.is_not(None)).first()
    for person_id in people:
        place = {"person_id": person_id, "portion_id": item.portion_id}
        opened = {"opened_at": NOW - timedelta(seconds=1), "updated_at": NOW}
        office.session.add(ReadingPlace(**place, section=1, furthest=1, **opened))
        new = NewCompletion(person_id, item.id, Channel.ONLINE, {}, "read:0")
        completions.complete(Caller(office.session, SYSTEM, NOW), new)


def test_a_unit_of_few_people_has_no_rates_and_one_of_twenty_has(office, monkeypatch):
    monkeypatch.setattr(quality_work, "_PEOPLE", 7)
    assert _result(office)["units"] == []
    crowd = officers(office.session, office.unit_id, 100_000, 20)
    counters.refresh(office.session, NOW, crowd)
    _read(office, crowd)
    found = _result(office)
    (row,) = found["units"]
    assert row["people"] == found["people"] == 25 and found["rows"] == 1
    assert signs_from(row).of(QualitySign.TOO_FAST) == SignCounts(20, 20)
    assert not any("考生" in str(each) for each in row.values())
    early = _result(office, NOW + PRIVATE - timedelta(minutes=1))
    assert signs_from(early["units"][0]).of(QualitySign.TOO_FAST) == SignCounts()


def test_what_was_found_is_for_who_asked_and_of_what_they_may_see(office):
    stage = figures.stage_for(office.session, office.stage_id)
    quality_work.ask(office.caller("head", LATER), stage, office.unit_id)
    assert quality_work.newest(office.caller("head", LATER), stage, office.unit_id) is not None
    assert quality_work.newest(office.caller("admin", LATER), stage, office.unit_id) is None
    with pytest.raises(NotFound):
        quality_work.ask(office.caller("head", LATER), stage, 999)
