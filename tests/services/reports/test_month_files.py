"""迎检台账, what is not about exams: roll calls, reports, briefings, chases, rectification."""

from __future__ import annotations

import io
from datetime import timedelta

from docx import Document

from learnapp.domain.core.permissions import Role
from learnapp.domain.notices.chases import ChaseKind, Condition, ConditionKind
from learnapp.domain.reports.month_files import FilePart, MissingWhy
from learnapp.domain.study.study_sessions import SessionKind
from learnapp.services.notices import chasing, finding_work
from learnapp.services.notices.chasing import NewChase
from learnapp.services.notices.finding_work import NewFinding
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.reports import month_files
from learnapp.services.study import study_sessions
from learnapp.services.study.study_sessions import NewSession
from tests.services.reports.month import AFTER, reader
from tests.small_office import FIRST_DAY, NOW


def collected(office, part, login="admin"):
    return list(month_files.COLLECTORS[part](reader(office, login)))


def cells(filed):
    paper = Document(io.BytesIO(filed.data))
    return [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]


def test_every_part_has_its_collector():
    assert list(month_files.COLLECTORS) == list(FilePart)


def test_a_roll_call_is_filed_once_it_is_over(office):
    new = NewSession(office.unit_id, SessionKind.LECTURE, "讲座", "", "礼堂", NOW)
    row = study_sessions.plan(office.caller("head"), new)
    (open_one,) = collected(office, FilePart.ROLL)
    assert open_one.data is None and open_one.missing is MissingWhy.NOT_OVER
    study_sessions.close(office.caller("head"), row.id)
    (filed,) = collected(office, FilePart.ROLL)
    assert ["云岭市委政法委", "officer甲", "缺席"] in cells(filed)


def test_chases_and_rectifications_of_the_month_are_filed(office):
    branch = office.add_branch()
    until = FIRST_DAY.replace(year=2027)
    for login, role in (("local", Role.LIAISON), ("other", Role.INSPECTOR)):
        grant = NewGrant(role, branch, None, FIRST_DAY, until)
        roles.grant(office.system(), office.staff[login], grant)
    due_on = (AFTER + timedelta(days=5)).date()
    ask = (ChaseKind.LETTER, office.stage_id, branch, office.staff["local"], "请补学。")
    late = NOW + timedelta(days=7, hours=-1)
    chasing.draft(
        office.caller("head", late), NewChase(*ask, Condition(ConditionKind.TASK_SHARE, 90), due_on)
    )
    finding_work.open_finding(
        office.caller("other"), NewFinding(branch, "不实", "雷同", "补学", due_on)
    )
    (chase,) = collected(office, FilePart.CHASE)
    assert chase.title.startswith("提醒函 东城分局") and chase.data
    (refused,) = collected(office, FilePart.FINDING)
    assert refused.missing is MissingWhy.NO_RIGHT  # an admin does not read findings
    (filed,) = collected(office, FilePart.FINDING, "head")
    assert cells(filed)[1][:3] == ["东城分局", "不实", "补学"]


def test_the_plan_of_the_month_has_what_is_asked_with_how_many_did_it(office):
    (filed,) = collected(office, FilePart.PLAN)
    assert cells(filed)[1][2].startswith("读物") and cells(filed)[1][4] == "5"
