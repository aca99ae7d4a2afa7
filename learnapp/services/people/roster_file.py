"""Reading a roster workbook: sheet 单位 and sheet 人员, each cell's trouble named by sheet and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.names import LONGEST_NAME, clean_name
from learnapp.domain.people.people import Basis, Category, UnitKind, clean_login_name
from learnapp.domain.people.postings import LONGEST_POST, day_written, is_likely
from question_bank.formats import Refused
from question_bank.formats.office.cells import own_text
from question_bank.formats.office.sheets import rows_of
from question_bank.limited import Limits, run
from question_bank.secrecy import find_marking

UNIT_SHEET, PEOPLE_SHEET = "单位", "人员"
_PART = 500

_UNIT_COLUMNS = {
    "name": ("单位名称", "单位", "名称", "unit"),
    "parent": ("上级单位", "上级", "parent"),
    "kind": ("类别", "单位类别", "性质", "kind"),
    "name_en": ("英文名称", "英文名", "name_en"),
}
_PEOPLE_COLUMNS = {
    "name": ("姓名", "name"),
    "badge": ("警号", "badge"),
    "staff_number": ("工号", "编号", "staff_number"),
    "mobile": ("手机号", "手机", "手机号码", "mobile"),
    "unit": ("单位", "单位名称", "所在单位", "unit"),
    "above": ("上级单位", "上级", "主管单位", "above"),
    "category": ("人员类别", "类别", "category"),
    "basis": ("任职依据", "编制", "身份", "basis"),
    "post": ("岗位", "工作岗位", "岗位名称", "post"),
    "since": ("生效日期", "任职日期", "起始日期", "自何日起", "since"),
    "role": ("角色", "系统角色", "role"),
    "role_unit": ("角色单位", "角色所在单位", "role_unit"),
}
LOGIN_COLUMNS = ("badge", "staff_number", "mobile")
# Columns that hold the name of a person, a unit or a post.
_NAMES = frozenset({"name", "unit", "above", "parent", "role_unit", "post"})
KINDS = {
    "政法委": UnitKind.COMMISSION,
    "法院": UnitKind.COURT,
    "检察院": UnitKind.PROCURATORATE,
    "公安": UnitKind.POLICE,
    "公安局": UnitKind.POLICE,
    "派出所": UnitKind.POLICE,
    "司法": UnitKind.JUSTICE,
    "司法局": UnitKind.JUSTICE,
    "司法所": UnitKind.JUSTICE,
    "其他": UnitKind.OTHER,
}
CATEGORIES = {
    "民警": Category.POLICE_OFFICER,
    "辅警": Category.AUXILIARY,
    "聘用制": Category.CONTRACT,
    "法官": Category.JUDGE,
    "检察官": Category.PROCURATOR,
    "公务员": Category.CIVIL_SERVANT,
    "其他": Category.OTHER,
}
BASES = {
    "编制": Basis.ESTABLISHMENT,
    "在编": Basis.ESTABLISHMENT,
    "借调": Basis.SECONDED,
    "抽调": Basis.TASKED,
    "挂职": Basis.POSTED,
    "派驻": Basis.STATIONED,
    "兼职": Basis.CONCURRENT,
}
ROLES = {
    "干警": Role.OFFICER,
    "单位负责人": Role.UNIT_HEAD,
    "负责人": Role.UNIT_HEAD,
    "联络员": Role.LIAISON,
    "阅卷人": Role.MARKER,
    "阅卷员": Role.MARKER,
    "命题人": Role.QUESTION_EDITOR,
    "审题人": Role.REVIEWER,
    "监考": Role.PROCTOR,
    "监考人": Role.PROCTOR,
    "考试负责人": Role.TEST_OWNER,
    "管理员": Role.ADMIN,
    "业务管理员": Role.PROGRAMME_OWNER,
    "指导组成员": Role.INSPECTOR,
}


@dataclass(frozen=True)
class RosterFault:
    """What is wrong, where, and with what value."""

    code: str
    sheet: str
    row: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class RosterRow:
    """One line of a sheet: its fields as read, and what is wrong with it."""

    sheet: str
    row: int
    fields: dict[str, Any]
    troubles: list[RosterFault] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)  # fields whose cells hold a number, not text


@dataclass(frozen=True)
class Roster:
    """Units and people as the workbook names them."""

    units: list[RosterRow]
    people: list[RosterRow]


def read_roster(data: bytes, filename: str) -> Roster:
    """Read the workbook in a limited process; trouble with a row is reported with the row.

    Raises RuleBroken("file", …): wrong_type, broken_file, too_large, too_costly, empty_sheet,
    sheet_missing, column_missing, secrecy_marking.
    """
    if not filename.lower().endswith(".xlsx"):
        raise RuleBroken("file", "wrong_type", allowed=".xlsx")
    found = Roster([], [])
    try:
        for part in roster_parts(data):
            found.units.extend(part.units)
            found.people.extend(part.people)
    except Refused as refused:
        raise RuleBroken("file", refused.code, **refusal_params(refused)) from refused
    return found


def refusal_params(refused: Refused) -> dict[str, Any]:
    """What the sentence of a refusal of a workbook needs."""
    return {"allowed": ".xlsx", **refused.params}


def roster_parts(source: bytes | Path, limits: Limits | None = None) -> Iterator[Roster]:
    """The same part by part, units first, without all of it in memory here. Raises Refused."""
    with closing(run("learnapp.services.people.roster_file:task", source, {}, limits)) as parts:
        for part in parts:
            yield Roster(
                [_from_json(row) for row in part.get("units", ())],
                [_from_json(row) for row in part.get("people", ())],
            )


def _from_json(row: dict[str, Any]) -> RosterRow:
    return RosterRow(**{**row, "troubles": [RosterFault(**each) for each in row["troubles"]]})


def task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """What the limited process does: the rows of both sheets, in parts."""
    try:
        roster = _read(source)
    except RuleBroken as broken:
        raise Refused(broken.code, **broken.params) from broken
    for kind, rows in (("units", roster.units), ("people", roster.people)):
        for start in range(0, len(rows), _PART):
            yield {kind: [asdict(row) for row in rows[start : start + _PART]]}


def _read(source: bytes | Path) -> Roster:
    sheets = _sheets(source)
    units = _rows(sheets, UNIT_SHEET, _UNIT_COLUMNS, ("name",), needed=False)
    people = _rows(sheets, PEOPLE_SHEET, _PEOPLE_COLUMNS, ("name", "unit"), needed=True)
    for row in units:
        _check_unit(row)
    for column in LOGIN_COLUMNS:
        _doubt_eaten_zeros(people, column)
    seen: dict[str, RosterRow] = {}
    for row in people:
        _check_person(row, seen)
    return Roster(units, people)


def _sheets(source: bytes | Path) -> dict[str, list[list[Any]]]:
    found = {name: [list(row) for row in rows] for name, rows in rows_of(source)}
    head = [str(cell) for rows in found.values() for row in rows[:3] for cell in row if cell]
    marking = find_marking(head)
    if marking is not None:
        raise RuleBroken("file", "secrecy_marking", marking=marking)
    return found


def _rows(
    sheets: dict[str, list[list[Any]]],
    sheet: str,
    columns: dict[str, tuple[str, ...]],
    must: tuple[str, ...],
    needed: bool,
) -> list[RosterRow]:
    """The sheet's rows by column alias; the header is the first row that names what must be."""
    if sheet not in sheets:
        if needed:
            raise RuleBroken("file", "sheet_missing", sheet=sheet)
        return []
    rows = sheets[sheet]
    header = next(
        (n for n, row in enumerate(rows[:10]) if set(must) <= _places(row, columns).keys()), None
    )
    if header is None:
        if not any(any(_text(cell) for cell in row) for row in rows):
            raise RuleBroken("file", "empty_sheet", sheet=sheet)
        raise RuleBroken("file", "column_missing", sheet=sheet, column=columns[must[0]][0])
    found = []
    places = _places(rows[header], columns)
    for row, cells in enumerate(rows[header + 1 :], header + 2):
        fields = {
            name: _spelt(name, _text(cells[at])) for name, at in places.items() if at < len(cells)
        }
        numbers = [name for name, at in places.items() if at < len(cells) and _is_number(cells[at])]
        if any(fields.values()):
            found.append(RosterRow(sheet, row, fields, numbers=numbers))
    if not found and needed:
        raise RuleBroken("file", "empty_sheet", sheet=sheet)
    return found


def _places(cells: list[Any], columns: dict[str, tuple[str, ...]]) -> dict[str, int]:
    titles = [_text(cell).lower().rstrip("*＊") for cell in cells]
    return {
        name: titles.index(alias)
        for name, aliases in columns.items()
        for alias in aliases[::-1]
        if alias in titles
    }


def _text(cell: Any) -> str:
    """A cell as text; Excel hands 警号 over as 10086.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return own_text(str(cell)).strip() if cell is not None else ""


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _spelt(name: str, text: str) -> str:
    """A field as it is stored: names without stray spaces, the others without unseen characters."""
    return clean_name(text) if name in _NAMES else text


def _doubt_eaten_zeros(rows: list[RosterRow], column: str) -> None:
    """A number among text of one length, and shorter than it, may have lost its zeros to Excel."""
    lengths = Counter(
        len(text)
        for row in rows
        if (text := row.fields.get(column, "")).isdecimal() and column not in row.numbers
    )
    if not lengths:
        lengths = Counter(len(row.fields[column]) for row in rows if column in row.numbers)
    length, count = max(lengths.items(), key=lambda each: each[1], default=(0, 0))
    if 5 * count < 3 * lengths.total():
        return
    for row in rows:
        text = row.fields.get(column, "")
        if column in row.numbers and text.isdecimal() and len(text) < length:
            padded = text.rjust(length, "0")
            about = {"value": text, "digits": length, "proposed": padded, "column": column}
            _trouble(row, "zeros_eaten", **about)


def _check_lengths(row: RosterRow) -> None:
    """A name that no column holds; login names and words of the lists are checked as what they are."""
    for name in ("name", "name_en"):
        if len(row.fields.get(name, "")) > LONGEST_NAME:
            _trouble(row, "value_too_long", most=LONGEST_NAME)


def _check_unit(row: RosterRow) -> None:
    _check_lengths(row)
    if not row.fields.get("name"):
        _trouble(row, "name_needed")
    kind = row.fields.get("kind", "")
    if kind and kind not in KINDS:
        _trouble(row, "kind_unknown", value=kind)


def _check_person(row: RosterRow, seen: dict[str, RosterRow]) -> None:
    fields = row.fields
    _check_lengths(row)
    if not fields.get("name"):
        _trouble(row, "name_needed")
    if not fields.get("unit"):
        _trouble(row, "unit_needed")
    logins = [fields[kind] for kind in LOGIN_COLUMNS if fields.get(kind)]
    if not logins:
        _trouble(row, "login_name_needed")
    for raw in logins:
        try:
            login = clean_login_name(raw)
        except RuleBroken as broken:
            _trouble(row, broken.code, **broken.params)
            continue
        if login in seen:
            _trouble(row, "login_name_twice", value=login, other=seen[login].row)
        seen.setdefault(login, row)
    for name, known in (("category", CATEGORIES), ("basis", BASES)):
        if fields.get(name) and fields[name] not in known:
            _trouble(row, f"{name}_unknown", value=fields[name])
    if len(fields.get("post", "")) > LONGEST_POST:
        _trouble(row, "value_too_long", most=LONGEST_POST)
    _check_since(row)
    for role, _unit in roles_in(fields):
        if role not in ROLES:
            _trouble(row, "role_unknown", value=role)
    if fields.get("role_unit") and not fields.get("role"):
        _trouble(row, "role_needed", value=fields["role_unit"])


def _check_since(row: RosterRow) -> None:
    """The day from which the row holds, as it is stored; trouble where it is none."""
    written = row.fields.get("since", "")
    if not written:
        return
    day = day_written(written)
    if day is None or not is_likely(day):
        _trouble(row, "since_unreadable" if day is None else "date_unlikely", value=written)
    else:
        row.fields["since"] = day.isoformat()


def roles_in(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """The roles of a row as (word, unit): 阅卷人@云岭市公安局 names the unit it is over itself, else
    the column 角色单位 does; an empty unit is the person's own."""
    cell = str(fields.get("role") or "").replace("＠", "@")
    for mark in ("，", ",", "；", ";", " "):
        cell = cell.replace(mark, "、")
    found = []
    for written in filter(None, cell.split("、")):
        word, _at, unit = written.partition("@")
        found.append((word.strip(), clean_name(unit) or str(fields.get("role_unit") or "")))
    return found


def _trouble(row: RosterRow, code: str, **params: Any) -> None:
    row.troubles.append(RosterFault(code, row.sheet, row.row, params))
