"""资料库: what one may read again, found by words of title or text and by pinyin initials."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnapp.db.study.models import Portion, ReadingSection, ReadingVersion
from learnapp.domain.exams.exams import Channel
from learnapp.services.study import completions, library, portions
from learnapp.services.study.completions import NewCompletion
from learnapp.services.study.my_week import earlier_week
from tests.small_office import NOW


@pytest.fixture
def reader(office):
    office.session.execute(
        update(ReadingVersion).values(title="正当防卫的条件", category="法治教育/刑法")
    )
    office.session.execute(
        update(ReadingSection)
        .where(ReadingSection.ordinal == 1)
        .values(html="<p>侵害正在<b>进行</b>，才可以防卫。</p>")
    )
    return office.caller("officer", office.early)


def test_a_reading_that_is_asked_is_listed_with_how_much_of_it_was_read(office, reader):
    (found,) = library.readings_for(reader)
    assert (found.title, found.topic, found.done, found.portions) == (
        "正当防卫的条件",
        "法治教育",
        0,
        1,
    )
    assert library.topics_of([found, found]) == ["法治教育"]
    portion = office.session.scalars(select(Portion.id)).one()
    item = portions.open_portion(reader, portion).item.id
    new = NewCompletion(office.staff["officer"], item, Channel.PAPER, {}, "x")
    completions.complete(office.system(NOW), new)
    assert library.readings_for(reader)[0].done == 1


@pytest.mark.parametrize(
    ("words", "place"), [("防卫的", ""), ("zdfw", ""), ("侵害正在", "侵害正在进行"), ("避险", None)]
)
def test_it_is_found_by_title_initials_and_text(reader, words, place):
    found = library.readings_for(reader, words)
    assert bool(found) is (place is not None)
    assert not found or found[0].place.startswith(place)


def test_who_is_asked_nothing_finds_nothing(office, reader):
    assert library.readings_for(office.caller("root", office.early)) == []


def test_an_earlier_week_shows_what_was_due_in_it_and_the_weeks_beside_it(office):
    later = NOW + timedelta(days=14)
    person = office.staff["officer"]
    found = earlier_week(office.session, person, later, NOW.date())
    assert {each.title for each in found.items} == {"周测", "读物"}
    assert found.before is None and found.after is not None
    empty = earlier_week(office.session, person, later, found.after)
    assert empty.items == [] and empty.before == found.monday
