"""A roster workbook as it is read: columns by any of their names, each trouble at its row."""

from __future__ import annotations

import io

import openpyxl
import pytest

from learnapp.services.people.roster_file import _read, read_roster, roles_in
from tests.services.people.rosters import HEADER, book
from tests.services.refusals import refused


def _troubles(row, header=HEADER):
    (read,) = _read(book([], [row], header)).people
    return [each.code for each in read.troubles]


def test_columns_are_known_by_their_names_wherever_they_stand_and_names_lose_stray_spaces():
    data = book(
        [("东城 分局", "")],
        [("", "", ""), ("东城　分局", 10086.0, " 王　伟 ")],
        ("所在单位", "警号*", "姓名"),
    )
    found = read_roster(data, "名册.XLSX")
    assert [each.fields["name"] for each in found.units] == ["东城分局"]
    (person,) = found.people
    assert person.fields == {"unit": "东城分局", "badge": "10086", "name": "王伟"}
    assert (person.sheet, person.row) == ("人员", 3)


def test_a_day_that_is_none_or_unlikely_is_a_trouble_and_the_others_are_stored_alike():
    header = (*HEADER[:3], "岗位", "生效日期")
    row = ("甲", "300001", "派出所", "窗 口")
    (person,) = _read(book([], [(*row, "2026年11月2日")], header)).people
    assert (person.fields["post"], person.fields["since"]) == ("窗口", "2026-11-02")
    assert _troubles((*row, "上月"), header) == ["since_unreadable"]
    assert _troubles((*row, "1926-11-02"), header) == ["date_unlikely"]
    assert _troubles((*row[:3], "岗" * 61, ""), header) == ["value_too_long"]


def test_of_two_columns_that_mean_the_same_the_usual_name_is_read():
    header = ("单位名称", "姓名", "警号", "单位")
    (person,) = _read(book([], [("别的", "甲", "300001", "派出所")], header)).people
    assert person.fields["unit"] == "派出所"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("", "300001", "派出所", ""), "name_needed"),
        (("甲", "300001", "", ""), "unit_needed"),
        (("甲", "", "派出所", ""), "login_name_needed"),
    ],
)
def test_a_person_has_a_name_a_unit_and_a_login_name(row, code):
    assert _troubles(row) == [code]


def test_what_a_cell_cannot_mean_is_named():
    header = ("姓名", "警号", "单位", "人员类别", "任职依据", "角色", "角色单位")
    assert _troubles(("甲", "300001", "派出所", "民警", "借调", "监考", "分局"), header) == []
    assert _troubles(("甲", "300001", "派出所", "宇航员", "路过", "旁观", ""), header) == [
        "category_unknown",
        "basis_unknown",
        "role_unknown",
    ]


def test_a_login_name_that_stands_twice_is_a_trouble_of_the_second_row():
    found = _read(book([], [("甲", "AB12", "派出所", ""), ("乙", " ab12 ", "派出所", "")]))
    first, second = found.people
    assert not first.troubles
    assert [(each.code, each.params["other"]) for each in second.troubles] == [
        ("login_name_twice", first.row)
    ]


def test_a_cell_holds_several_roles_each_with_a_unit_of_its_own_or_that_of_its_column():
    fields = {"role": "阅卷人＠城西分局, 联络员；监考", "role_unit": "东城分局"}
    assert roles_in(fields) == [
        ("阅卷人", "城西分局"),
        ("联络员", "东城分局"),
        ("监考", "东城分局"),
    ]


@pytest.mark.parametrize(
    ("sheet", "rows", "code"),
    [
        ("名单", [HEADER], "sheet_missing"),
        ("人员", [], "empty_sheet"),
        ("人员", [HEADER], "empty_sheet"),
        ("人员", [("警号", "电话"), ("1", "2")], "column_missing"),
        ("人员", [("机密★10年",), HEADER, ("甲", "1", "所", "")], "secrecy_marking"),
    ],
)
def test_a_workbook_that_is_no_roster_is_refused_as_a_whole(sheet, rows, code):
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    with refused(code):
        _read(out.getvalue())


def test_what_is_no_workbook_is_refused_by_its_name_or_its_content():
    with refused("wrong_type"):
        read_roster(b"", "名册.csv")
    with refused("broken_file"):
        read_roster(b"nothing of a workbook", "名册.xlsx")
