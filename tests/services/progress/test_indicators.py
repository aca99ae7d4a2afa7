"""参学率, 参考率, 合格率, 不漏一人 and 无死角 of a unit; and that the order of recording does not matter."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters, figure_facts
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.share import Share
from learnapp.domain.exams.exams import Channel
from learnapp.domain.people.people import Category, LoginKind
from learnapp.domain.progress.groups import EnrolmentGap, GroupCounts
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.people import absences, people
from learnapp.services.people.absences import NewAbsence
from learnapp.services.progress import figures, indicators
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import FIRST_DAY, NOW

LATER = NOW + timedelta(days=8)


def _indicators(office, now=LATER):
    stage = figures.stage_for(office.session, office.stage_id)
    counters.refresh_stale(office.session, now)
    return indicators.indicators_of(office.caller("head", now), stage, office.unit_id)


def _duties(office):
    stage = figures.stage_for(office.session, office.stage_id)
    return figure_facts.duties_in_force(office.session, [stage])[stage.id]


def _complete(office, person_id, item_id, now=LATER, late=timedelta(0)):
    caller = Caller(office.session, office.system(now).actor, now)
    completions.complete(
        caller, NewCompletion(person_id, item_id, Channel.PAPER, {}, "x", now - late)
    )


def test_who_has_done_each_reading_due_is_in_the_study_rate_whatever_exams_they_owe(office):
    before = _indicators(office).rows[0]
    (read,) = [each for each in _duties(office) if not each.by_window]
    _complete(office, office.staff["officer"], read.item_id)
    after = _indicators(office).rows[0]
    whole = before.group.readers
    assert (before.group.study_rate, after.group.study_rate) == (Share(0, whole), Share(1, whole))
    assert after.group.counts.coverage == Share(0, after.group.counts.people)
    assert after.gap.members == after.group.counts.people
    assert after.gap.without_account == after.gap.without_programme == 0


def test_categories_add_up_to_the_whole_with_their_gap_and_their_exams(office):
    helper = people.add_person(office.system(), "辅警甲", [(LoginKind.BADGE, "aux")])
    spec = people.MembershipSpec(office.unit_id, office.line_id, category=Category.AUXILIARY)
    people.join(office.system(), helper.id, spec, FIRST_DAY)
    counters.refresh(office.session, NOW, [helper.id])
    whole = _indicators(office)
    stage = figures.stage_for(office.session, office.stage_id)
    caller = office.caller("head", LATER)
    parts = [
        indicators.indicators_of(caller, stage, office.unit_id, each) for each in whole.categories
    ]
    assert set(whole.categories) == {Category.CIVIL_SERVANT, Category.AUXILIARY}
    tops = [each.rows[0] for each in parts]
    assert sum((each.group for each in tops), GroupCounts()) == whole.rows[0].group
    assert sum((each.gap for each in tops), EnrolmentGap()) == whole.rows[0].gap
    expected = [each.exams[0].rates.expected for each in parts]
    assert sum(expected) == whole.exams[0].rates.expected and min(expected) == 1
    assert all(each.categories == whole.categories for each in parts)


def test_leaders_stand_beside_officers_and_both_add_up(office):
    found = _indicators(office)
    assert found.leaders.counts.people == 1
    assert found.leaders + found.officers == found.rows[0].group


def test_an_exam_has_rates_when_it_has_closed_and_who_is_excused_is_not_expected(office):
    assert _indicators(office, office.early).exams[0].is_running
    (exam,) = _indicators(office).exams
    assert (exam.rates.sat, exam.rates.passed, exam.is_running) == (0, 0, False)
    away = NewAbsence(AbsenceKind.LONG_LEAVE, local_day(NOW), local_day(NOW), "病假")
    absences.record(office.caller("admin", LATER), office.staff["officer"], away)
    (again,) = _indicators(office).exams
    assert again.rates.expected == exam.rates.expected - 1


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_facts_are_recorded_does_not_matter(office, seed):
    rng = random.Random(seed)
    everybody = sorted(office.staff.values())
    items = [each.item_id for each in _duties(office)]
    facts = [
        (rng.choice(everybody), rng.choice([*items, None]), rng.randrange(6)) for _ in range(12)
    ]
    facts = list({(person, item): days for person, item, days in facts}.items())
    found = []
    for _ in range(2):
        rng.shuffle(facts)
        undo = office.session.begin_nested()
        for (person_id, item_id), days in facts:
            if item_id is not None:
                _complete(office, person_id, item_id, late=timedelta(days=days))
                continue
            day = local_day(LATER) - timedelta(days=days)
            away = NewAbsence(AbsenceKind.LEAVE, day, day + timedelta(days=3), "事假")
            absences.record(office.system(LATER), person_id, away)
        shown = _indicators(office)
        found.append((shown.rows, shown.categories, [each.rates for each in shown.exams]))
        undo.rollback()
        office.session.expire_all()
    assert found[0] == found[1]
