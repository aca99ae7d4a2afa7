"""What a deed would change in a person's figures, by doing and undoing it."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.db.people import history
from learnapp.db.progress.standings import of_person
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.people import absences, people, postings
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.previews import what_changes
from tests.small_office import NOW

AWAY = absences.NewAbsence(AbsenceKind.LONG_LEAVE, date(2026, 11, 16), date(2026, 12, 4))


def test_a_preview_shows_the_stage_before_and_after_and_leaves_everything_as_it_was(office):
    who, admin = office.staff["officer"], office.caller()
    before = of_person(office.session, who, NOW)
    (change,) = what_changes(admin, who, lambda: absences.record(admin, who, AWAY))
    assert (change.programme, change.before.unit) == ("学习", "云岭市委政法委")
    assert change.before.owed > 0 == change.after.owed
    assert change.after.excused == change.before.owed
    assert of_person(office.session, who, NOW) == before
    assert not history.absences_of(office.session, who)


def test_a_transfer_is_shown_as_another_unit_and_leaving_as_no_figure(office):
    who, admin, branch = office.staff["officer"], office.caller(), office.add_branch()
    there = MembershipSpec(branch, office.line_id)
    (moved,) = what_changes(
        admin, who, lambda: people.transfer(admin, who, there, date(2026, 11, 23))
    )
    assert (moved.before.unit, moved.after.unit) == ("云岭市委政法委", "东城分局")
    (left,) = what_changes(admin, who, lambda: postings.retire(admin, who))
    assert left.after is None


def test_a_deed_without_effect_changes_no_stage_and_a_refused_one_says_so(office):
    who, admin = office.staff["officer"], office.caller()
    away = absences.NewAbsence(AbsenceKind.TRAVEL_REPORTED, AWAY.first_day, AWAY.last_day)
    assert what_changes(admin, who, lambda: absences.record(admin, who, away)) == []

    def refuse():
        absences.record(admin, who, AWAY)
        raise ValueError

    with pytest.raises(ValueError):
        what_changes(admin, who, refuse)
    assert not history.absences_of(office.session, who)
