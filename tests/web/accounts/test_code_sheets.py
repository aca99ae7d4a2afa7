"""One-time codes on their pages: had again, printed, downloaded, reissued for many, ended early."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.files.models import ImportJob
from learnapp.db.people.models import Person
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.files.imports import MOST_ATTEMPTS
from learnapp.domain.people.people import LoginKind
from learnapp.jobs.imports import enter_waiting
from learnapp.services.accounts import code_sheets
from learnapp.services.files import staged_imports
from learnapp.services.people import people, roster_parts
from tests.web.on_sqlite import ON_SQLITE

CODE = r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}"


def _codes(text):
    return re.findall(rf'<code class="one-time-code">({CODE})</code>', text)


def _import(home, people):
    book = openpyxl.Workbook()
    book.active.title = "人员"
    book.active.append(("姓名", "警号", "单位"))
    for row in people:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    data = {"file": (io.BytesIO(out.getvalue()), "名册.xlsx"), "unit": str(home.unit_id)}
    job = home.client.post(
        "/roster/import", data={**data, "csrf_token": home.token("/me")}
    ).location
    return job, home.post(f"{job}/confirm")


def _roster(home, count=2):
    top = "云岭市委政法委"
    return _import(home, [(f"新人{n}", f"20{n:04}", top) for n in range(count)])


def test_a_second_press_on_an_import_gives_the_codes_and_no_conflict(home):
    home.enter("admin")
    job, first = _roster(home)
    again = home.post(f"{job}/confirm")  # also without the key of the form
    assert (again.status_code, again.location) == (303, first.location)
    shown = [_codes(home.client.get(first.location).text) for _ in range(2)]
    assert len(shown[0]) == 2 and shown[0] == shown[1]
    assert first.location in home.client.get(job).text


@ON_SQLITE
def test_a_code_ended_with_the_account_is_not_said_to_have_a_successor(home):
    home.enter("admin")
    sheet = home.post(f"/people/{home.people['other']}/code").location
    home.post(f"/people/{home.people['other']}/disable")
    home.post(f"/people/{home.people['other']}/enable")
    page = home.client.get(sheet).text
    assert _codes(page) == [] and "已失效" in page and "新码" not in page


@ON_SQLITE
def test_codes_are_printed_as_a_table_and_as_slips_and_downloaded_without_formulas(home):
    home.enter("admin")
    _, done = _import(home, [("@赵一", "200001", "云岭市委政法委")])
    page = home.client.get(done.location).text
    code = _codes(page)[0]
    links = {kind: re.search(rf'href="(/codes/[^"]+/{kind})"', page)[1]
             for kind in ("table", "slips", r"codes\.xlsx")}  # fmt: skip
    table, slips = (home.client.get(links[kind]).text for kind in ("table", "slips"))
    assert _codes(table) == _codes(slips) == [code]
    assert "http://localhost/activate" in slips and "http://localhost/activate" in table
    book = openpyxl.load_workbook(io.BytesIO(home.client.get(links[r"codes\.xlsx"]).data))
    row = [cell.value for cell in book.active[2]]
    assert row[1] == "'@赵一" and row[3] == code


@ON_SQLITE
def test_a_large_roster_comes_in_behind_a_page_and_its_codes_are_fifty_on_a_screen(home):
    home.enter("admin")
    job, waits = _roster(home, 53)
    assert waits.location == job and "正在导入：0 / 53" in home.client.get(job).text
    assert home.client.get(f"{job}/codes").status_code == 404
    assert home.post(f"{job}/confirm").location == job  # also without the key of the form
    assert home.post(f"{job}/cancel").status_code == 409
    seal = home.client.application.extensions["learnapp.seal"]
    assert enter_waiting(home.database, seal, home.clock.now()) == 1
    reached = {"state": "done", "done": 53, "total": 53}
    assert home.client.get(f"{job}/progress").json == reached
    done = home.post(f"{job}/confirm")
    page = home.client.get(done.location).text
    assert len(_codes(page)) == 50 and "1 / 2" in page
    assert len(_codes(home.client.get(f"{done.location}?page=2").text)) == 3
    slips = re.search(r'href="(/codes/[^"]+/slips)"', page)[1]
    assert len(_codes(home.client.get(slips).text)) == 53


@ON_SQLITE
def test_a_row_left_out_of_a_large_roster_is_named_on_its_page(home):
    home.enter("admin")
    job, _ = _roster(home, 53)
    with home.database.writing() as session:
        first = Caller(session, SYSTEM, home.clock.now())
        roster_parts.let_in(session, session.scalars(select(ImportJob.id)).one())
        people.add_person(first, "先来的", [(LoginKind.BADGE, "200007")])
    seal = home.client.application.extensions["learnapp.seal"]
    enter_waiting(home.database, seal, home.clock.now())
    page = home.client.get(job).text
    assert "1 行没有导入，其余都已导入" in page and "新人7" in page and "200007" in page
    assert home.post(f"{job}/confirm").location == job  # not past the row that is left


@ON_SQLITE
def test_a_roster_broken_off_and_given_up_says_who_stays(home):
    home.enter("admin")
    job, _ = _roster(home, 53)
    with home.database.writing() as session:
        found = session.scalars(select(ImportJob).where(ImportJob.state == "entering")).one()
        part = roster_parts.next_part(session, home.clock.now(), found.id)
        seal = home.client.application.extensions["learnapp.seal"]
        roster_parts.enter_part(session, home.clock.now(), seal, part)
        for _try in range(MOST_ATTEMPTS + 1):
            staged_imports.begin_entering(session, home.clock.now(), found.id)
    assert "上次导入中断：已导入 30 人" in home.client.get(job).text
    home.post(f"{job}/cancel")
    assert "先前导入的 30 人留在系统里" in home.client.get("/roster").text


def test_codes_are_ended_by_a_button_and_after_a_day_and_stay_good_for_their_holders(home):
    home.enter("admin")
    _, done = _roster(home)
    page = home.client.get(done.location).text
    code, end = _codes(page)[0], re.search(r'action="(/codes/[^"]+/end)"', page)[1]
    sheet = home.post(end).location
    told = home.client.get(sheet).text
    assert "已销毁 2 个启用码" in told and not _codes(told)
    assert home.post(end).status_code == 303
    assert home.client.get(sheet.replace("#told", "") + "/slips").location == sheet
    other = home.post(f"/people/{home.people['officer']}/code").location
    assert len(_codes(home.client.get(other).text)) == 1
    home.clock.instant += timedelta(hours=25)
    home.enter("admin")
    assert "已过 24 小时" in home.client.get(other).text
    home.client.delete_cookie("learnapp")
    used = home.post("/activate", code=code, password="a good long one", again="a good long one")
    assert used.status_code == 303


@ON_SQLITE
def test_codes_stand_on_their_pages_alone_and_each_look_is_in_the_audit(home, caplog):
    home.enter("admin")
    made = home.post(f"/people/{home.people['officer']}/code")
    code = _codes(home.client.get(made.location).text)[0]
    with home.database.reading() as session:
        session.get_one(Person, 1)
    audit = home.client.get("/audit").text
    assert "取看 1 个启用码（网页）" in audit
    pages = [
        home.client.get(path).text for path in ("/people", f"/people/{home.people['officer']}")
    ]
    for text in [caplog.text, made.text, audit, *pages]:
        assert code not in text
    home.enter("head")
    assert home.client.get(made.location).status_code == 403


def test_codes_for_many_are_issued_some_in_each_transaction_and_numbered_through(home, monkeypatch):
    monkeypatch.setattr("learnapp.web.accounts.code_choice.PART", 2)
    home.enter("admin")
    asked = f"/people/codes?unit={home.unit_id}&account=all"
    seen = re.search(r'name="seen" value="(\w+)"', home.client.get(asked).text)[1]
    fields = {"unit": str(home.unit_id), "account": "all", "seen": seen}
    parts = []
    real = code_sheets.issue_part
    monkeypatch.setattr(
        code_sheets, "issue_part", lambda *given: (parts.append(given[3]), real(*given))
    )
    page = home.client.get(home.post("/people/codes", **fields).location).text
    assert len(parts) > 1 and {len(each) for each in parts} <= {1, 2}
    assert len(_codes(page)) == sum(map(len, parts))


def test_many_are_previewed_and_get_codes_and_a_changed_choice_is_previewed_again(home):
    home.enter("admin")
    ticked = {"person": [str(home.people["officer"]), str(home.people["other"])]}
    query = "&".join(f"person={each}" for each in ticked["person"])
    page = home.client.get(f"/people/codes?{query}").text
    assert "为 2 人发新的启用码" in page and "其中 2 人已有密码：密码立即失效" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    stale = home.post("/people/codes", **ticked, seen="0" * 16)
    assert stale.status_code == 422 and "请再看一遍预览" in stale.text
    done = home.post("/people/codes", **ticked, seen=seen)
    assert len(_codes(home.client.get(done.location).text)) == 2
    home.client.delete_cookie("learnapp")
    assert home.enter("officer").status_code == 422  # the password is good no more
    home.enter("admin")
    everybody = home.client.get(f"/people/codes?unit={home.unit_id}&account=all").text
    assert "1 人不发" in everybody  # oneself
    unused = home.client.get("/people/codes?account=unused").text
    assert "为 3 人发新的启用码" in unused  # these two, and the first admin, who never signed in
    odd = "/people/codes?person=x&unit=99999999999999999999&account=nonsense"
    assert home.client.get(odd).status_code in (200, 404)


@ON_SQLITE
def test_nobody_ticked_is_said_and_sheets_without_a_usable_code_print_no_empty_list(home):
    home.enter("admin")
    listed = home.client.get("/people").text
    assert 'name="ticked" value="1"' in listed and "给选中的 {n} 人发启用码" in listed
    assert "没有勾选人" in home.client.get("/people/codes?ticked=1").text
    assert "没有勾选人" not in home.client.get("/people/codes").text
    sheet = home.post(f"/people/{home.people['other']}/code").location
    (code,) = _codes(home.client.get(sheet).text)
    home.client.delete_cookie("learnapp")
    used = home.post("/activate", code=code, password="correct horse 8", again="correct horse 8")
    assert used.status_code == 303
    home.enter("admin")
    for form in ("slips", "table"):
        assert "没有可打印的启用码" in home.client.get(f"{sheet}/{form}").text
