"""The roster is exported in the form in which it is brought in: read again, it changes nothing."""

from __future__ import annotations

import io

import openpyxl
import pytest

from learnapp.db.files import imports as import_queries
from learnapp.domain.people.roster_difference import RosterScope, RowKind
from learnapp.reports.roster_template import roster_workbook
from learnapp.services.people import roster_export
from tests.services.people.rosters import book, bring, stage
from tests.services.refusals import refused

UNITS = [("东城分局", ""), ("派出所", "东城分局"), ("西城分局", ""), ("派出所", "西城分局")]
HEADER = ("姓名", "警号", "工号", "手机号", "单位", "人员类别", "任职依据", "角色")
PEOPLE = [
    ("甲", "000123", "", "13800000001", "东城分局/派出所", "民警", "编制", "负责人、阅卷人@西城分局"),
    ("乙", "", "g-17", "", "西城分局/派出所", "辅警", "聘用制", ""),
    ("丙", "300003", "", "", "西城分局", "聘用制", "借调", "监考"),
]  # fmt: skip


@pytest.fixture
def served(office):
    """Units of one name under two, and people with what a roster may say of them."""
    people = [(*each[:6], each[6].replace("聘用制", "派驻"), each[7]) for each in PEOPLE]
    job = stage(office.caller(), office.unit_id, book(UNITS, people, HEADER))
    bring(office.caller(), job.public_id)
    return office


def test_what_was_exported_and_is_brought_in_again_changes_nothing(served):
    sheets = roster_export.as_recorded(served.caller(), served.unit_id)
    assert len(sheets.people) > len(PEOPLE) and len(sheets.units) >= len(UNITS)
    job = stage(served.caller(), served.unit_id, roster_workbook(sheets), RosterScope.TREE)
    rows = import_queries.rows_of(served.session, job)
    assert {row.type for row in rows} == {RowKind.UNCHANGED}, [
        (row.record, row.reasons) for row in rows if row.type != RowKind.UNCHANGED
    ]


def test_cells_offer_the_words_and_units_that_may_stand_in_them(served):
    made = openpyxl.load_workbook(io.BytesIO(roster_workbook(roster_export.blank(served.caller()))))
    offered = {
        str(each.sqref).split(":")[0]: each.formula1
        for each in made["人员"].data_validations.dataValidation
    }
    assert set(offered) == {"E2", "F2", "G2", "J2", "K2"}
    sheet, column = made["选项"], offered["E2"].split("$")[1]
    units = {cell.value for cell in sheet[column]}
    assert {"东城分局/派出所", "西城分局/派出所"} <= units
    assert made["选项"].sheet_state == "hidden"


def test_a_unit_out_of_reach_is_not_exported(served):
    with refused("not_found"):
        roster_export.as_recorded(served.caller("admin"), 10_000)
