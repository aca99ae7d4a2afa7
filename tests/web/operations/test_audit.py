"""The audit reads as sentences with names, shows what is within reach, and is filtered by its address."""

from __future__ import annotations

import ast
import io
import re
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

import learnapp
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import CorrectionKind
from learnapp.db.operations import audit_log
from learnapp.db.people.lines import default_line
from learnapp.domain.bank.versions import VersionAction
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.dispensations import DispensationState
from learnapp.domain.files.imports import JobState
from learnapp.domain.notices.findings import FindingState
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.domain.study.acceptance import StageStep
from learnapp.services.accounts import activation
from learnapp.services.exams import paper_entry
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.people.unit_deeds import ACTIONS
from learnapp.wording.audit import GROUPS, SENTENCES, codes_of
from tests.small_office import HASH, NOW

DAY = date(2026, 1, 1)
# Codes that are put together where they are recorded: the start, and what may follow it.
PUT_TOGETHER = {
    "question.": set(map(str, VersionAction)),
    "window.": set(map(str, CorrectionKind)),
    "stage.": set(map(str, StageStep)),
    "dispensation.": set(map(str, DispensationState)),
    "import.": {str(JobState.DONE), str(JobState.CANCELLED)},
    "paper.marks_": {"keyed", "verified"},
    "separation.": {"on", "off"},
    "sheet.": {"verified", "returned"},
    "finding.": set(map(str, FindingState)) - {str(FindingState.OPEN)},
    "unit.": set(ACTIONS.values()),
    "paper.": {paper_entry.VERIFIED, paper_entry.RETURNED},
}

RECORDERS = ("audit_log.record", "audit_log.record_each", "audit_log.record_refused")


def _codes() -> set[str]:
    """Every code that any module of the application records, read from the source."""
    found: set[str] = set()
    for path in Path(learnapp.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or ast.unparse(call.func) not in RECORDERS:
                continue
            code = next(
                each for each in call.args if isinstance(each, (ast.Constant, ast.JoinedStr))
            )
            if isinstance(code, ast.Constant):
                found.add(code.value)
            else:
                start = code.values[0].value
                found |= {start + each for each in PUT_TOGETHER[start]}
    return found


def test_every_code_that_is_recorded_has_a_sentence_in_a_group():
    codes = _codes()
    assert len(codes) > 40
    assert codes <= set(SENTENCES)
    assert {group for group, _ in SENTENCES.values()} == set(GROUPS)
    assert "person.allowed" in codes_of("exams") and codes_of("nothing") == []


def _lines(home, query: str = "") -> list[str]:
    page = home.client.get(f"/audit{query}").text
    return [
        re.sub(r"<[^>]+>", "", each)
        for each in re.findall(r'<span class="row-text">\s*<span>(.*?)</span>', page, re.S)
    ]


def _allow(home):
    """The officer answers, and the admin adds ten minutes."""
    home.enter("officer")
    attempt = home.post(f"/windows/{home.window_id}/start").location.rpartition("/")[2]
    home.enter("admin")
    home.post(f"/rooms/{home.window_id}/attempts/{attempt}/time", minutes="10", reason="停电")
    return attempt


def test_a_deed_is_told_with_who_to_whom_where_and_why_in_both_languages(home):
    _allow(home)
    told = "admin甲（admin） 给 officer甲（officer） 在 周测 加时 10 分钟：停电"
    assert _lines(home)[0] == told
    page = home.client.get("/audit").text
    assert f'href="/rooms/{home.window_id}"' in page
    home.post("/language", language="en")
    assert "gave officer甲 (officer) 10 more minutes in 周测: 停电" in _lines(home)[0]


def test_no_entry_of_a_small_installation_is_left_as_a_code_or_with_a_gap(home):
    _allow(home)
    lines = _lines(home)
    assert len(lines) > 15
    assert not [each for each in lines if "—" in each or re.search(r"[a-z]\.[a-z]", each)]


def test_who_what_and_when_are_in_the_address(home):
    _allow(home)
    assert all("officer甲" in each for each in _lines(home, "?who=officer"))
    assert any("加时 10 分钟" in each for each in _lines(home, "?who=officer&what=exams"))
    assert not any("加时" in each for each in _lines(home, "?what=people"))
    today = f"{home.clock.now() + timedelta(hours=8):%Y-%m-%d}"
    assert any("加时" in each for each in _lines(home, f"?since={today}"))
    assert _lines(home, "?until=2020-01-01") == []
    assert _lines(home, "?since=9999-12-31&until=nonsense") == []


def test_entries_page_by_their_ids_there_and_back(home):
    with home.database.writing() as session:
        for number in range(120):
            people.add_person(
                Caller(session, SYSTEM, NOW), f"甲{number}", [(LoginKind.BADGE, f"7{number:05}")]
            )
    home.enter("admin")
    first = home.client.get("/audit").text
    older = re.search(r'rel="next" href="([^"]+)"', first).group(1)
    second = home.client.get(older).text
    newer = re.search(r'rel="prev" href="([^"]+)"', second).group(1)
    assert _lines(home, older[len("/audit") :]) != _lines(home)
    assert _lines(home, newer[len("/audit") :].replace("&amp;", "&")) == _lines(home)


def test_an_admin_of_a_unit_below_sees_what_concerns_it_and_no_names_from_elsewhere(home):
    with home.database.writing() as session:
        line = default_line(session)
        unit = people.add_unit(Caller(session, SYSTEM, NOW), "东城分局", UnitKind.POLICE, 2)
        people.place_unit(Caller(session, SYSTEM, NOW), line.id, home.unit_id, unit.id, DAY)
        local = people.add_person(
            Caller(session, SYSTEM, NOW), "分局管理员", [(LoginKind.BADGE, "local")]
        )
        people.join(
            Caller(session, SYSTEM, NOW), local.id, people.MembershipSpec(unit.id, line.id), DAY
        )
        roles.grant(
            Caller(session, SYSTEM, NOW), local.id, NewGrant(Role.ADMIN, unit.id, line.id, DAY)
        )
        activation.set_password(session, NOW, local.id, HASH)
    _allow(home)
    home.enter("local")
    lines = _lines(home)
    assert any("分局管理员" in each for each in lines)
    assert not any("officer甲" in each or "周测" in each for each in lines)


@pytest.mark.parametrize("login", ["marker", "officer", "head"])
def test_nobody_else_reads_it(home, login):
    home.enter(login)
    assert home.client.get("/audit").status_code == 403


def test_who_marked_an_answer_is_told_without_whose_it_was(home):
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{sheet}/submit", confirmed="1")
    with home.database.writing() as session:
        about = ("attempt", 1)
        marker = Actor(home.people["marker"])
        audit_log.record(
            Caller(session, marker, home.clock.now()), "answer.marked", about, question=9, seat=1
        )
    home.enter("admin")
    (told,) = [each for each in _lines(home) if "阅了" in each]
    assert told == "marker甲（marker） 阅了 周测 一份答卷的第 9 题"
    assert not any("阅了" in each for each in _lines(home, "?who=officer"))


def test_it_is_narrowed_to_a_thing_and_taken_out_as_a_workbook_of_the_same_sentences(home):
    home.enter("admin")
    exam = home.client.get("/audit?about=周测").text
    assert "新建考试 周测" in exam and "新建题库" not in exam
    bank = home.client.get("/audit?object=bank:1").text
    assert "新建题库" in bank and "新建考试" not in bank
    reply = home.client.get("/audit/export?about=周测")
    rows = list(openpyxl.load_workbook(io.BytesIO(reply.data)).active.iter_rows(values_only=True))
    assert rows[2] == ("时间", "什么事", "记录")
    said = [row[2] for row in rows[3:] if row[2]]
    assert said and all("周测" in each for each in said) and all(each in exam for each in said)
    assert f"导出审计 {len(said)} 条" in home.client.get("/audit?what=system").text
    home.enter("head")
    assert home.client.get("/audit/export").status_code == 403
