"""What a row of a roster means, before anything is written."""

from __future__ import annotations

from learnapp.db.files.imports import StagedRow
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import Basis, Category, LoginKind
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.people import roster_rows
from learnapp.services.people.roster_rows import again_of, logins_of, meant, newcomer

TREE = [(1, "市局", None), (2, "派出所", 1), (3, "分局", 1), (4, "派出所", 3)]


def _row(sheet="人员", **record):
    return StagedRow(7, {"sheet": sheet, "row": 8}, record)


def _person(**more):
    return _row(name="甲", badge="300001", unit="分局", **more)


def test_a_person_has_a_post_login_names_and_roles_over_the_own_unit_or_the_one_named():
    row = again_of(_person(mobile="13800000000", category="辅警", role="阅卷人@市局、监考、干警"))
    found = newcomer(UnitNames.of(TREE), row, 5)
    assert found.cleaned == [(LoginKind.BADGE, "300001"), (LoginKind.MOBILE, "13800000000")]
    post = found.post
    assert (post.unit_id, post.line_id) == (3, 5)
    assert (post.basis, post.category) == (Basis.ESTABLISHMENT, Category.AUXILIARY)
    assert found.roles == ((Role.MARKER, 1, 5), (Role.PROCTOR, 3, 5))
    assert roster_rows.logins_of(row) == ["300001", "13800000000"]


def test_a_row_whose_unit_or_role_unit_is_not_one_means_nobody_and_says_why():
    for wrong, code in (
        ({"unit": "派出所"}, "unit_ambiguous"),
        ({"unit": "无此所"}, "unit_unknown"),
        ({"unit": "分局", "role": "阅卷人@无此所"}, "unit_unknown"),
    ):
        row = _row(name="甲", badge="300001", **wrong)
        again = again_of(row)
        assert newcomer(UnitNames.of(TREE), again, 5) is None
        assert [each.code for each in again.troubles] == [code]
        assert [each.code for each in meant(UnitNames.of(TREE), row, 1).troubles] == [code]


def test_people_may_be_in_units_that_the_rows_before_them_make():
    tree = UnitNames.of(TREE)
    person = _row(name="甲", badge="300001", unit="新所", above="分局")
    assert [each.code for each in meant(tree, person, 1).troubles] == ["unit_unknown"]
    unit = meant(tree, _row("单位", name="新所", parent="分局"), 1)
    assert unit.troubles == [] and logins_of(unit) == []
    assert meant(tree, person, 1).troubles == []
