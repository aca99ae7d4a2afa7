"""Every post may come twice: it carries a key and is done once, or says why a repeat does no harm."""

from __future__ import annotations

import io
import re
import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache

import openpyxl
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam
from learnapp.db.schema import metadata
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.services.accounts import activation
from learnapp.services.operations import schedule
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from learnapp.web.core.access import rule_of
from tests.small_office import HASH
from tests.web.on_sqlite import ON_SQLITE

# Rows that a press leaves beside what was asked for.
_ASIDE = {"deeds_once", "sign_ins", "throttles", "day_uses", "job_runs", "key_sights"}
# Not pressed twice here yet; the tests of their own pages press them once.
PRESSED_ONCE = {
    *("acceptance.record", "briefings.draft", "briefings.issue", "chases.draft"),
    *("findings.record", "findings.answer", "findings.decide", "rework.order"),
    *("plan_notices.new", "roll_sheets.enter"),
    *("dispensations.ask", "exam_changes.change", "exam_series.plan", "further.add"),
    *("plan_calendar.declare", "plan_calendar.line"),
    *("programme_start.copy", "programme_start.from_template", "publishing.end"),
    *("question_tasks.add", "reminders.ask", "scans.attach", "sessions.plan"),
    *("stages.add", "stages.change", "teaching.teach", "wall.add", "wall.revoke"),
    *("attachments.attach", "duty.upload", "duty.confirm", "duty_batches.add"),
    *("paper_marks.key", "unit_deeds.merge", "unit_deeds.split", "unit_deferrals.plan"),
    *("security.name_emergency", "weekly.comment"),
}


def _posts(app):
    return {
        rule.endpoint: rule_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
    }


@ON_SQLITE
def test_every_post_either_carries_a_key_or_says_why_it_may_come_twice(home):
    for endpoint, rule in _posts(home.client.application).items():
        assert rule.makes != bool(rule.repeatable), endpoint


class Presser:
    """Presses each button twice with the key of one page, and counts what was made."""

    def __init__(self, home):
        self.home, self.tried = home, set()
        self.adapter = home.client.application.url_map.bind("")

    def rows(self):
        """How many rows there are, by table."""
        with self.home.database.reading() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in metadata.sorted_tables
                if table.name not in _ASIDE
            }

    def twice(self, path, **data):
        """Where the deed led; a function as a value gives a file anew for each press."""
        key, before = secrets.token_urlsafe(12), self.rows()
        self.tried.add(self.adapter.match(path.partition("?")[0], "POST")[0])
        first = self._press(path, key, data)
        assert first.status_code == 303, (path, first.status_code, first.text[-3000:])
        after = self.rows()
        assert after != before, path
        self.home.clock.instant += timedelta(seconds=3)
        again = self._press(path, key, data)
        assert (again.status_code, again.location) == (303, first.location), (
            path,
            again.text[-2000:],
        )
        assert self.rows() == after, path
        return first.location.partition("#")[0]

    def _press(self, path, key, data):
        fields = {name: each() if callable(each) else each for name, each in data.items()}
        return self.home.client.post(
            path, data={**fields, "once": key, "csrf_token": self.home.token("/me")}
        )


def _file(data, name):
    return lambda: (io.BytesIO(data), name)


@cache  # a workbook bears the second in which it was made
def _roster():
    book = openpyxl.Workbook()
    book.active.title = "人员"
    for row in (("姓名", "警号", "单位"), ("赵一", "200001", "云岭市委政法委")):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bank(home, press):
    press.twice("/banks", name="新题库", unit=str(home.unit_id), classification="public")
    text = "1.几日内答复？\nA.三日\nB.五日\n答案：B\n".encode()
    job = press.twice("/banks/1/import", file=_file(text, "题.txt"))
    press.twice(f"{job}/confirm")
    press.twice("/banks/2/retire")
    page = home.post("/banks/1/change", difficulty="3").text
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    press.twice("/banks/1/change", difficulty="3", do="confirm", seen=seen)
    address = re.search(r'href="(/questions/\d+)"', home.client.get("/banks/1?type=single").text)[1]
    page = home.client.get(f"{address}/edit").text
    fields = dict(re.findall(r'<input[^>]*name="(options-\d+)"[^>]*value="([^"]*)"', page))
    fields |= {"type": "single", "stem": "改过的题干？", "answer": "A", "use": "both"}
    new = press.twice(f"{address}/edit", **fields)
    press.twice(f"{new}/do", action="submitted")
    home.enter("root")
    press.twice("/questions/review", version=new.rpartition("/")[2], action="approved", comment="")
    home.enter("admin")
    answer = re.search(r'name="answer"[^>]*>\s*(\w)', home.client.get(f"{address}/key").text)[1]
    other = "B" if answer != "B" else "C"
    press.twice(f"{address}/key", answer=other, do="confirm", reason="引错了条文", keeps="y")
    press.twice("/banks/1/law", law="刑法", comment="已修改")
    written = "一、单选题\n1.几日内答复？\nA.三日\nB.五日\n答案：A\n".encode()
    brought = {"owner": str(home.unit_id), "secrecy": "public"}
    press.twice("/banks/from-files", files=_file(written, "新来的.txt"), **brought)
    press.twice(
        "/banks/1/blueprints", do="save", name="方案二", section="", type="single", category="",
        difficulty="", count="3", marks="2", fixed="",
    )  # fmt: skip


def _programme(home, press):
    page = press.twice(
        "/programmes", name="计划", unit=str(home.unit_id), calendar="working", stage_name="一",
        first_day="2026-11-24", last_day="2026-12-18",
    )  # fmt: skip
    job = press.twice(
        "/readings/import", file=_file("# 题目\n\n正文\n".encode(), "a.md"), unit=home.unit_id
    )
    press.twice(f"{job}/confirm", title="题目", source="", classification="public")
    press.twice("/readings/2/retire")
    press.twice(f"{page}/readings", reading="1")
    press.twice(
        f"{page}/exams", title="月考", kind="weekly", bank="1", opens_at="2026-11-27T09:00",
        closes_at="2026-11-27T18:00", minutes="30", pass_percent="60", tries="1", single="5",
        multiple="0", true_false="0", fill_blank="0", short_answer="0", marks="1",
        multiple_rule="partial", paper="one", release="by_hand", markers="2", counts="best",
        bands="优秀 90", way_back="14", blueprint="0",
    )  # fmt: skip
    lines = re.findall(r'action="(/programmes/\d+/lines/\d+/drop)"', home.client.get(page).text)
    press.twice(lines[0])
    seen = re.search(r'name="seen" value="(\w+)"', home.client.get(f"{page}/publish").text)[1]
    press.twice(f"{page}/publish", seen=seen)
    press.twice(f"{page}/revise")


def _people(home, press):
    job = press.twice("/roster/import", file=_file(_roster(), "名册.xlsx"), unit=home.unit_id)
    press.twice(f"{job}/confirm")
    other = home.people["head"]
    press.twice(f"/people/{other}/code")
    page = home.client.get(f"/people/codes?person={other}&account=without").text
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    press.twice("/people/codes", person=str(other), account="without", seen=seen)


def _office(home, press):
    """What an office does to people and units by their pages."""
    day, unit = str(local_day(home.clock.now())), str(home.unit_id)
    person = f"/people/{home.people['other']}"
    placed = {"line": "1", "from_day": day, "do": "confirm"}
    court = press.twice("/units/new", name="城关法庭", kind="court", parent=unit, **placed)
    upper = press.twice("/units/new", name="法院", kind="court", parent=unit, **placed)
    press.twice(f"{court}/rename", name="城关人民法庭", kind="change", from_day=day)
    press.twice(f"{court}/move", parent=upper.rpartition("/")[2], **placed)
    at = {"category": "judge", "from_day": day}
    press.twice(
        "/people/new", name="新来的", kind="badge", login_name="700001", unit=unit,
        basis="establishment", **at,
    )  # fmt: skip
    press.twice(f"{person}/name", name="李思", kind="change", from_day=day)
    press.twice(f"{person}/logins", kind="mobile", login_name="13900000001")
    press.twice(
        f"{person}/grants", role="liaison", unit=unit, reach="alone", from_day=day, to_day=""
    )
    press.twice(
        f"{person}/absences", kind="leave", first_day=day, last_day=day, effect="", do="confirm"
    )
    there = {"unit": court.rpartition("/")[2], "do": "confirm", **at}
    press.twice(f"{person}/posting", basis="seconded", **there)
    press.twice(f"/people/{home.people['marker']}/transfer", basis="establishment", **there)
    press.twice(f"{person}/completions/{_completion(home)}", reason="读得太快")


def _completion(home) -> int:
    """Of somebody who read a portion."""
    with home.database.writing() as session:
        item = session.scalar(select(Item.id).where(Item.portion_id.is_not(None)).limit(1))
        caller = Caller(session, SYSTEM, home.clock.now())
        return completions.complete(
            caller, NewCompletion(home.people["other"], item, Channel.ONLINE, {}, "test:1")
        )


def _room(home, press):
    room = f"/rooms/{home.window_id}"
    when = {"opens_at": "2026-11-25T09:00", "closes_at": "2026-11-25T12:00", "people": ""}
    press.twice(f"{room}/windows", kind="main", **when)
    given = {"extra-people": "officer", "extra-minutes": "15", "extra-reason": "手部受伤"}
    press.twice(f"{room}/extra", **given)
    officer = home.people["officer"]
    press.twice(f"{room}/extra/{officer}/reduce", minutes="5", reason="多给了")
    press.twice(f"{room}/announcement", **{"say-text": "请看黑板"})
    sheet = press.twice(f"{room}/paper", person=str(home.people["other"]))
    home.clock.instant += timedelta(minutes=3)
    press.twice(f"{sheet}/entry", sat_at="2026-11-23T11:02")
    with home.database.writing() as session:
        activation.set_password(session, home.clock.now(), 1, HASH)
    home.enter("root")
    press.twice(f"{sheet}/check", do="agree", **home.seen(sheet))


def _sit(home, press):
    """An officer sits; what staff do meanwhile and afterwards."""
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    attempt = sheet.rpartition("/")[2]
    room = f"/rooms/{home.window_id}"
    home.enter("admin")
    press.twice(f"{room}/time", unit=str(home.unit_id), minutes="10", reason="停电")
    press.twice(f"{room}/attempts/{attempt}/time", minutes="10", reason="停电")
    press.twice(f"{room}/attempts/{attempt}/reduce", minutes="5", reason="多给了")
    press.twice(f"{room}/attempts/{attempt}/announcement", text="请坐前排")
    home.enter("officer")
    places = re.findall(r'<textarea[^>]*name="(q\d+)"', home.client.get(sheet).text)
    home.post(f"{sheet}/submit", do="save", **dict.fromkeys(places, "依法告知。"))
    home.post(f"{sheet}/submit", do="submit", confirmed="1")
    event = {"event_id": str(uuid.uuid4()), "seq": 99, "question": 1, "response": None}
    headers = {"X-CSRFToken": home.token()}
    home.client.post(f"{sheet}/answers", json={"events": [event]}, headers=headers)
    home.enter("admin")
    page = home.client.get(room).text
    press.twice(re.search(r'action="(/rooms/[^"]+/admit)"', page)[1], reason="基站故障")
    home.enter("marker")
    for _ in range(9):
        found = re.search(r'action="(/marking/[^"]+)"', home.client.get("/marking").text)
        if found is None:
            break
        press.twice(found[1], awarded="1", comment="")
    home.enter("admin")
    return room, sheet, attempt


def _after(home, press, room, sheet, attempt):
    """The window closes; the results are out, a question is reported, the attempt is voided."""
    home.clock.instant += timedelta(days=3)
    with home.database.writing() as session:
        for piece in schedule.due(session, home.clock.now()):
            schedule.carry_out(session, home.clock.now(), piece, "5eed")
        session.get_one(Exam, home.exam_id).release = "by_hand"
    press.twice(f"{room}/release")
    home.enter("officer")
    press.twice(f"{sheet}/questions/1/report", text="答案好像不对")
    home.enter("admin")
    report = re.search(
        r'action="(/questions/reports/\d+)"', home.client.get("/questions/reports").text
    )
    press.twice(report[1], answer="已核对")
    press.twice(f"{room}/attempts/{attempt}/void", reason="替考")
    home.enter("officer")
    press.twice("/help/feedback", text="题目太多")
    press.twice("/me/leave", kind="duty", first_day="2026-12-01", last_day="2026-12-02")
    home.enter("admin")


@ON_SQLITE
def test_whatever_makes_something_makes_it_once_when_it_is_pressed_twice(home):
    press = Presser(home)
    home.enter("admin")
    _room(home, press)
    after = _sit(home, press)
    _after(home, press, *after)
    _bank(home, press)
    _programme(home, press)
    _people(home, press)
    _office(home, press)
    makes = {name for name, rule in _posts(home.client.application).items() if rule.makes}
    assert sorted(makes - press.tried ^ PRESSED_ONCE) == []


def _add_bank(home, name="甲", **more):
    fields = {"name": name, "unit": str(home.unit_id), "classification": "public"}
    return home.post("/banks", **fields, **more)


def test_the_second_answer_says_what_the_first_said_and_another_name_is_another_deed(home):
    home.enter("admin")
    key = {"once": secrets.token_urlsafe(12)}
    first, lost = _add_bank(home, **key), _add_bank(home, **key)
    assert first.location == lost.location
    page = home.client.get(lost.location).text
    assert page.count("已新建题库“甲”") == 1  # both answers came: it is said once
    home.client.delete_cookie("learnapp")
    home.enter("admin")
    assert "已新建题库“甲”" in home.client.get(_add_bank(home, **key).location).text
    assert _add_bank(home, "乙", **key).location != first.location
    assert _add_bank(home).location != first.location  # a page of old, without a key


def test_a_refused_form_may_be_sent_again_with_its_key(home):
    home.enter("admin")
    key = {"once": secrets.token_urlsafe(12)}
    assert _add_bank(home, "", **key).status_code == 422
    assert _add_bank(home, "甲", **key).status_code == 303


@ON_SQLITE
def test_who_presses_while_it_is_being_done_waits_on_a_page_that_leads_on(home, monkeypatch):
    home.enter("admin")
    fields = {"once": secrets.token_urlsafe(12), "unit": str(home.unit_id)}
    answers = []
    from learnapp.web.people import roster as view

    read = view.read_roster

    def send():
        return home.post("/roster/import", file=_file(_roster(), "名.xlsx")(), **fields)

    def slow(*given):
        if not answers:
            answers.append(None)
            with ThreadPoolExecutor(1) as pool:  # a request of its own, while this one is at work
                answers[0] = pool.submit(send).result()
        return read(*given)

    monkeypatch.setattr(view, "read_roster", slow)
    done = send()
    waits = answers[0].location
    assert done.status_code == 303 and waits.startswith("/deeds/")
    assert home.client.get(waits).location == done.location


@ON_SQLITE
def test_a_deed_that_failed_in_the_middle_is_said_to_have_made_nothing(home, monkeypatch):
    home.enter("admin")
    fields = {"once": secrets.token_urlsafe(12), "unit": str(home.unit_id)}
    from learnapp.web.people import roster as view

    def fails(*_given):
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(view, "read_roster", fails)
        failed = home.post("/roster/import", file=_file(_roster(), "名.xlsx")(), **fields)
        assert failed.status_code == 500
    assert home.client.get("/deeds/1").status_code == 404
    again = home.post("/roster/import", file=_file(_roster(), "名.xlsx")(), **fields)
    assert again.status_code == 303 and "/roster/import/" in again.location
