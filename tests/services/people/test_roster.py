"""A roster tells units of one name apart, and doubts what Excel may have eaten."""

from __future__ import annotations

from learnapp.db.files import imports as import_queries
from learnapp.services.people import roster
from tests.services.people.rosters import WITH_ROLES, book, bring, doubts, stage

TOWN = [("东城分局", ""), ("西城分局", ""), ("派出所", "东城分局"), ("派出所", "西城分局")]


def _staged(office, units, people, *header):
    job = stage(office.caller(), office.unit_id, book(units, people, *header))
    return job, doubts(office.caller(), job)


def test_a_units_name_that_two_bear_is_a_doubt_until_what_is_above_it_is_named(office):
    job, _ = _staged(office, TOWN, [("甲", "300001", "派出所", "东城分局")])
    bring(office.caller(), job.public_id)
    again = [("丙", "300003", "派出所", ""), ("丁", "300004", "东城分局／派出所", "")]
    assert _staged(office, [], again)[1] == {"丙": ["unit_ambiguous"], "丁": []}


def test_a_number_among_text_of_six_digits_is_a_doubt_and_text_is_not(office):
    top = "云岭市委政法委"
    people = [
        ("甲", "012345", top, ""), ("乙", "234567", top, ""), ("丙", 34567, top, ""),
        ("丁", 345678, top, ""), ("戊", "4567", top, ""),
    ]  # fmt: skip
    job, codes = _staged(office, [], people)
    assert codes == {"甲": [], "乙": [], "丙": ["zeros_eaten"], "丁": [], "戊": []}
    rows = import_queries.rows_of(office.session, job)
    (row,) = (each for each in rows if each.record["name"] == "丙")
    assert row.reasons[0]["params"]["proposed"] == "034567"


def test_a_roles_unit_of_which_there_are_two_or_none_is_a_doubt(office):
    people = [
        ("甲", "300001", "东城分局", "", "阅卷人@派出所", ""),
        ("乙", "300002", "东城分局", "", "阅卷人", "外星分局"),
        ("丙", "300003", "东城分局", "", "阅卷人@西城分局/派出所", ""),
        ("丁", "300004", "东城分局", "", "", "东城分局"),
    ]
    codes = _staged(office, TOWN, people, WITH_ROLES)[1]
    assert [codes[name] for name in "甲乙丙丁"] == [
        ["unit_ambiguous"],
        ["unit_unknown"],
        [],
        ["role_needed"],
    ]


def test_a_rows_person_is_told_apart_by_their_first_login_name_as_it_is_kept(office):
    people = [("甲", " AB12 ", "云岭市委政法委", ""), ("乙", "?", "云岭市委政法委", "")]
    job, _ = _staged(office, [], people)
    rows = import_queries.rows_of(office.session, job)
    assert [roster.first_login_of(each) for each in rows] == ["ab12", "?"]


def test_a_login_name_that_somebody_holds_is_a_doubt(office):
    people = [("甲", "OFFICER", "云岭市委政法委", ""), ("乙", "300001", "云岭市委政法委", "")]
    assert _staged(office, [], people)[1] == {"甲": ["login_of_another"], "乙": []}
