"""What the codes of a roster are called: its scope, what a row comes to, what a row changes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from learnapp.domain.people.people import LoginKind
from learnapp.domain.people.roster_difference import Field, RosterScope, RowKind
from learnapp.wording.catalogue import N_

ROSTER_LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    LoginKind: {
        LoginKind.BADGE: N_("警号"),
        LoginKind.STAFF_NUMBER: N_("工号"),
        LoginKind.MOBILE: N_("手机号"),
    },
    RosterScope: {
        RosterScope.ADDITIONS: N_("只有新来的人：在册的人只看不动"),
        RosterScope.UNITS: N_("文件里写到的单位，都写全了"),
        RosterScope.TREE: N_("归口单位和它下面的所有单位，都写全了"),
    },
    RowKind: {
        RowKind.DOUBTFUL: N_("存疑"),
        RowKind.NEW: N_("新增"),
        RowKind.MOVED: N_("调动"),
        RowKind.CHANGED: N_("变更"),
        RowKind.GONE: N_("文件里没有"),
        RowKind.UNIT: N_("新建单位"),
        RowKind.UNCHANGED: N_("不变"),
        RowKind.RESOLVED: N_("已对应到另一行"),
    },
    Field: {
        Field.SERVICE: N_("状态"),
        Field.NAME: N_("姓名"),
        Field.UNIT: N_("单位"),
        Field.BASIS: N_("任职依据"),
        Field.CATEGORY: N_("人员类别"),
        Field.POST: N_("岗位"),
        Field.SINCE: N_("生效日期"),
        Field.LOGIN: N_("登录名"),
        Field.ROLE: N_("角色"),
    },
}
