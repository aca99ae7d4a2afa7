"""A demonstration names its roles, lets in by one press, and passes on what a visitor wishes."""

from __future__ import annotations

import pytest

from learnapp.db.operations.demo_folder import LARGE, DemoFolder, DemoState
from learnapp.domain.operations.demonstration import Wish
from learnapp.services.operations import demonstration
from learnapp.services.operations.demonstration import Login


@pytest.fixture
def shown(home, tmp_path):
    """The demonstration that the small office is made to be, and its folder."""
    with home.database.writing() as session:
        demonstration.label(
            session, [Login("干警", "王五", "officer"), Login("其他", "李四", "else")]
        )
    folder = DemoFolder(tmp_path / "demo")
    folder.prepare()
    home.client.application.extensions["learnapp.demo_folder"] = folder
    return folder


def test_only_a_demonstration_lists_roles_and_has_a_bar(home):
    page = home.client.get("/sign-in").text
    assert "demo-roles" not in page and "demo-bar" not in page
    assert home.post("/demonstration/wish", wish="reset").status_code == 404
    assert home.client.get("/demonstration/state").status_code == 404


def test_each_role_is_a_form_that_signs_in(home, shown):
    page = home.client.get("/sign-in").text
    assert page.count('name="login_name" value=') == 2
    assert "干警" in page and "本周要学的、周测、错题" in page and "其他" in page
    assert "演示数据，人名均为虚构" in page
    home.client.set_cookie("language", "en")
    english = home.client.get("/sign-in").text
    assert "Officer" in english and "All names are made up" in english


@pytest.mark.parametrize("wish", [Wish.FRIDAY, Wish.STAGE_END])
def test_a_wish_for_the_clock_leads_back_and_the_page_says_that_time_passes(home, shown, wish):
    reply = home.post("/demonstration/wish", wish=wish, next="/help")
    assert reply.status_code == 303 and reply.location == "/help"
    assert shown.wished() is wish
    page = home.client.get("/sign-in").text
    assert "时间正在前进" in page and 'value="friday"' not in page


@pytest.mark.parametrize("wish", [Wish.LARGE, Wish.SMALL, Wish.RESET])
def test_a_wish_for_another_town_waits_for_its_server(home, shown, wish):
    reply = home.post("/demonstration/wish", wish=wish)
    assert shown.wished() is wish
    assert "正在装载演示" in home.client.get(reply.location).text
    shown.set_state(DemoState(LARGE, 1.0, served=1))
    assert home.client.get(reply.location).location == "/sign-in"


def test_what_nobody_can_wish_is_refused(home, shown):
    assert home.post("/demonstration/wish", wish="yesterday").status_code == 422
    assert shown.wished() is None


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DemoState(loaded=0.43), "大型演示正在装载"),
        (DemoState(loaded=1.0), "换到大型演示"),
        (DemoState(LARGE, 1.0), "换到小型演示"),
        (DemoState(failed=True), "上一步没有成功"),
        (DemoState(moving=0.25), "时间正在前进"),
    ],
)
def test_the_bar_says_how_far_it_is(home, shown, state, said):
    shown.set_state(state)
    assert said in home.client.get("/sign-in").text
    assert home.client.get("/demonstration/state").json["town"] == state.town


@pytest.mark.parametrize(
    ("login", "begins", "said"),
    [("admin", "/desk", "待办：今天要处理的事"), ("head", "/progress", "进度：一句话结论")],
)
def test_a_tour_is_shown_where_a_role_begins_until_it_is_skipped(home, shown, login, begins, said):
    home.enter(login)
    assert said in home.client.get(begins).text
    assert 'class="tour"' not in home.client.get("/help").text
    reply = home.post("/demonstration/tour", tour=login, next=begins)
    assert reply.location == begins
    assert 'class="tour"' not in home.client.get(begins).text
    home.enter("officer")
    assert "本周：读一段" in home.client.get("/week").text  # another role's tour is its own


def test_there_is_no_tour_outside_a_demonstration(home):
    home.enter("admin")
    assert 'class="tour"' not in home.client.get("/desk").text
