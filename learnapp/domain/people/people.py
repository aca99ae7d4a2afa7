"""Words of people and units: roles, bases, categories, kinds; and how login names are written."""

from __future__ import annotations

import re
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.names import clean_login


class UnitKind(StrEnum):
    """What a unit is."""

    COMMISSION = "commission"
    COURT = "court"
    PROCURATORATE = "procuratorate"
    POLICE = "police"
    JUSTICE = "justice"
    OTHER = "other"


class Basis(StrEnum):
    """On what ground a person is in a unit (任职依据)."""

    ESTABLISHMENT = "establishment"  # 编制
    SECONDED = "seconded"  # 借调
    TASKED = "tasked"  # 抽调
    POSTED = "posted"  # 挂职
    STATIONED = "stationed"  # 派驻
    CONCURRENT = "concurrent"  # 兼职


class Category(StrEnum):
    """What a person is in service terms (人员类别)."""

    POLICE_OFFICER = "police_officer"  # 民警
    AUXILIARY = "auxiliary"  # 辅警
    CONTRACT = "contract"  # 聘用制
    JUDGE = "judge"  # 法官
    PROCURATOR = "procurator"  # 检察官
    CIVIL_SERVANT = "civil_servant"  # 公务员
    OTHER = "other"


class LoginKind(StrEnum):
    """What a login name is; an identity-card number is none of them."""

    BADGE = "badge"  # 警号
    STAFF_NUMBER = "staff_number"  # 工号
    MOBILE = "mobile"  # 手机号


_IDENTITY_CARD = re.compile(r"[0-9]{17}[0-9x]")
_LOGIN = re.compile(r"[0-9a-z_.\-]{3,32}")


def clean_login_name(raw: str) -> str:
    """A login name as stored: plain width and dashes, no spaces, lower case.

    Raises RuleBroken("login_name", …): `identity_card` for an identity-card number (never a login
    name here), `login_name_shape` for anything but 3 to 32 letters, digits, `_`, `.` or `-`.
    """
    name = clean_login(raw)
    if _IDENTITY_CARD.fullmatch(name):
        raise RuleBroken("login_name", "identity_card")
    if not _LOGIN.fullmatch(name):
        raise RuleBroken("login_name", "login_name_shape", value=name[:40])
    return name
