"""待办: staff see what waits for them by their rights alone; a new installation is shown its way."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import url_for

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.waiting import Waiting
from learnapp.db.exams.models import ExamWindow
from learnapp.db.people.lines import default_line
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation
from learnapp.services.operations import desk, installation
from learnapp.services.people import people, roles
from learnapp.web.operations.desk import STEPS, WORDS
from tests.determined import FixedClock, SeededRandomness
from tests.small_office import HASH, NOW, PASSWORD

_ROW = re.compile(
    r'<a class="row" href="([^"]+)"><span class="row-text">\s*<span>([^<]+)</span>\s*</span>'
    r'\s*<span class="row-state \w+">([^<]+)</span>'
)


def _rows(home) -> dict[str, tuple[str, str]]:
    """What waits: by its words the count and the place."""
    return {
        label: (count, url) for url, label, count in _ROW.findall(home.client.get("/desk").text)
    }


def test_every_task_has_words_and_a_place_and_every_step_has_a_way():
    assert set(WORDS) == {task.code for task in desk.TASKS}
    assert set(STEPS) == {name for name, _ in desk.STEPS}


def test_every_place_is_a_page_of_ours(home):
    app = home.client.application
    with app.test_request_context():
        places = [words.place(Waiting(1, 1)) for words in WORDS.values()]
        places += [url_for(at) for step in STEPS.values() for _label, at in step.ways]
    routes = app.url_map.bind("localhost")
    for place in places:
        routes.match(place.partition("?")[0], "GET")


def test_an_admin_lands_there_and_each_count_leads_to_a_page_with_as_many(home):
    home.enter("admin")
    assert home.client.get("/").headers["Location"] == "/desk"
    with home.database.writing() as session:
        caller = Caller(session, SYSTEM, NOW)
        for login in ("600001", "600002"):
            people.add_person(caller, f"新人{login}", [(LoginKind.BADGE, login)])
        new = people.add_person(caller, "新人三", [(LoginKind.BADGE, "600003")])
        post = people.MembershipSpec(home.unit_id, default_line(session).id)
        people.join(caller, new.id, post, NOW.date())
    rows = _rows(home)
    # Two of the newcomers serve nowhere: they are nobody's until somebody gives them a unit.
    assert rows["没有账号的人"] == ("1 人", "/people?state=without_account")
    listed = home.client.get(rows["没有账号的人"][1]).text
    assert "新人三" in listed and "共 1 人" in listed
    assert "新人三" in home.client.get(rows["没有学习计划的人"][1]).text
    with home.database.writing() as session:
        activation.issue(Caller(session, SYSTEM, home.clock.now()), [new.id])
    rows = _rows(home)
    assert "没有账号的人" not in rows and rows["发了启用码还没用的人"][0] == "1 人"


def test_a_bank_that_cannot_fill_a_window_of_this_week_is_shown_before_it_opens(home):
    home.enter("admin")
    assert not any("抽卷" in label for label in _rows(home))
    with home.database.writing() as session:
        window = session.get_one(ExamWindow, home.window_id)
        window.state, window.pool_id = "planned", None
        window.opens_at = home.clock.now() + timedelta(days=2)
        window.closes_at = window.opens_at + timedelta(hours=8)
        for version in session.query(QuestionVersion).filter_by(type="single"):
            version.status = "retired"
    rows = _rows(home)
    assert rows["7 天内开考，题库不够抽卷"] == ("1 场", f"/rooms/{home.window_id}")
    assert rows["组卷方案缺题"][0] == "1 个"
    home.clock.instant += timedelta(days=9)
    home.enter("admin")
    assert not any("抽卷" in label for label in _rows(home))


def test_staff_see_only_what_their_rights_allow_and_officers_nothing(home):
    home.enter("head")
    assert home.client.get("/").headers["Location"] == "/progress"
    text = home.client.get("/desk").text
    assert "到期未完成的人" in text and "试题待审" not in text and "没有账号" not in text
    home.enter("marker")
    assert "简答题待阅" in home.client.get("/desk").text
    home.enter("officer")
    assert home.client.get("/desk").location == "/week"
    assert "/desk" not in home.client.get("/me").text


def test_who_only_marks_or_watches_finds_it_in_their_week_and_officers_see_no_desk(home):
    with home.database.writing() as session:
        line_id, marker = default_line(session).id, home.people["marker"]
        proctor = roles.NewGrant(Role.PROCTOR, home.unit_id, line_id, NOW.date())
        roles.grant(Caller(session, SYSTEM, NOW), marker, proctor)
    home.enter("marker")
    week = home.client.get(home.client.get("/").location).text
    assert "等我办的" in week
    assert (f"/rooms/{home.window_id}", "正在进行的考试", "1 场") in _ROW.findall(week)
    home.enter("officer")
    assert "等我办的" not in home.client.get("/week").text


def test_a_new_installation_shows_the_way_and_where_one_is_on_it(new_database_url, tmp_path):
    url = new_database_url()
    database = Database(make_engine(url))
    with database.writing() as session:
        installation.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
        activation.set_password(session, NOW, 1, HASH)
    app = create_app(Config(tmp_path / "home", url), FixedClock(NOW), SeededRandomness())
    client = app.test_client()
    token = re.search(r'csrf-token" content="([^"]+)"', client.get("/sign-in").text).group(1)
    about = {"login_name": "root", "password": PASSWORD, "csrf_token": token}
    client.post("/sign-in", data=about)
    page = client.get("/desk").text
    assert "准备工作：0 / 6" in page
    assert page.index('aria-current="step"') < page.index("<b>单位</b>") < page.index("<b>人员</b>")
    with database.writing() as session:
        caller = Caller(session, SYSTEM, NOW)
        below = people.add_unit(caller, "城关法庭", people.UnitKind.COURT, 2)
        people.place_unit(caller, 1, 1, below.id, NOW.date())
    page = client.get("/desk").text
    assert "准备工作：1 / 6" in page
    assert page.index("<b>单位</b>") < page.index('aria-current="step"') < page.index("<b>人员</b>")
    for engine in (database.engine, app.extensions["learnapp.database"].engine):
        engine.dispose()
