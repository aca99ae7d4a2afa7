"""Absences: what they do to what falls due, who may record them, and that they can be undone."""

from __future__ import annotations

from datetime import date

from learnapp.db.progress.standings import of_person
from learnapp.domain.study.programme import AbsenceEffect, AbsenceKind
from learnapp.services.people import absences
from learnapp.services.people.absences import NewAbsence
from tests.services.refusals import refused
from tests.small_office import NOW

FIRST, LAST = date(2026, 11, 16), date(2026, 12, 4)
ILL = NewAbsence(AbsenceKind.LONG_LEAVE, FIRST, LAST, " 住院 ")


def test_an_absence_has_the_usual_effect_of_its_kind_unless_another_is_given(office):
    who = office.staff["officer"]
    absences.record(office.caller(), who, ILL)
    other = NewAbsence(AbsenceKind.LEAVE, FIRST, FIRST, effect=AbsenceEffect.NONE)
    absences.record(office.caller(), who, other)
    _person, found = absences.absences_of(office.caller(), who)
    assert [(each.kind, each.effect, each.reason) for each in found] == [
        (AbsenceKind.LEAVE, AbsenceEffect.NONE, ""),
        (AbsenceKind.LONG_LEAVE, AbsenceEffect.EXCUSES, "住院"),
    ]


def test_an_absence_changes_the_figures_at_once_and_its_cancelling_changes_them_back(office):
    who = office.staff["officer"]
    before = of_person(office.session, who, NOW)[office.stage_id].counts
    assert before.owed > 0 == before.excused
    made = absences.record(office.caller(), who, ILL)
    away = of_person(office.session, who, NOW)[office.stage_id].counts
    assert (away.owed, away.excused) == (0, before.owed)
    assert absences.cancel(office.caller(), who, made)
    assert not absences.cancel(office.caller(), who, made)
    assert of_person(office.session, who, NOW)[office.stage_id].counts == before


def test_the_head_of_a_unit_records_absences_of_its_people_but_never_an_own_one(office):
    assert absences.record(office.caller("head"), office.staff["officer"], ILL)
    with refused("own_case"):
        absences.record(office.caller("head"), office.staff["head"], ILL)
    with refused("forbidden"):
        absences.record(office.caller("marker"), office.staff["officer"], ILL)


def test_a_person_out_of_reach_is_unknown(office):
    office.add_branch()
    with refused("person_unknown"):
        absences.record(office.caller("local"), office.staff["officer"], ILL)


def test_the_last_day_is_not_before_the_first_and_not_years_after_it(office):
    for last, code in (
        (date(2026, 11, 15), "dates_out_of_order"),
        (date(2036, 1, 1), "date_unlikely"),
    ):
        with refused(code):
            absences.record(
                office.caller(),
                office.staff["officer"],
                NewAbsence(AbsenceKind.LEAVE, FIRST, last),
            )
