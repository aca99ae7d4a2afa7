"""What a post has to say: once, where the deed was done, and at an address that leads there."""

from __future__ import annotations

from learnapp.web.core.messages import messages_at, messages_left, say


def _main(text):
    return text[text.index("<main") : text.index("</main>")]


def test_a_message_stands_in_the_part_of_the_page_that_the_form_stood_in(home):
    home.enter("admin")
    page = f"/rooms/{home.window_id}"
    reply = home.post(f"{page}/time", unit=str(home.unit_id), minutes="5", reason="停电")
    assert reply.location == f"{page}#told"
    main = _main(home.client.get(page).text)
    assert main.count('id="told"') == 1
    # The deeds are named twice: as ways above the list, then each at the head of its form.
    assert main.rindex("给一个单位加时") < main.index('id="told"') < main.rindex("再加一场")
    assert 'id="told"' not in home.client.get(page).text  # said once


def test_what_no_part_of_the_page_says_stands_on_top(home):
    home.enter("admin")
    home.post(f"/rooms/{home.window_id}/time", unit=str(home.unit_id), minutes="5", reason="停电")
    main = _main(home.client.get("/rooms").text)
    assert main.index('id="told"') < main.index("<h1>")


def test_of_several_messages_the_first_is_the_one_that_gets_the_focus(home):
    with home.client.application.test_request_context():
        say("甲")
        say("乙", "due", at="here")
        assert [(each.text, each.id) for each in messages_at("here")] == [("乙", None)]
        assert [(each.text, each.id) for each in messages_left()] == [("甲", "told")]
        assert messages_left() == []


def test_a_wrong_password_and_a_wrong_field_are_each_said_once(home):
    wrong = home.enter("officer", "not this one").text
    assert wrong.count("登录名或密码不对。") == 1 and 'class="errors"' not in wrong
    lacking = home.post("/sign-in", login_name="", password="").text
    assert lacking.count("请填登录名") == 1 and lacking.count("请填密码") == 1
    assert 'href="#login_name"' in lacking and 'href="#password"' in lacking


def test_every_post_that_leads_back_to_a_page_says_what_happened(home):
    home.enter("admin")
    made = home.post("/banks", name="新库", unit=str(home.unit_id), classification="public")
    assert "已新建题库“新库”" in home.client.get(made.location).text


def test_rare_fields_are_folded_with_what_they_say_and_open_when_they_are_wrong(home):
    home.enter("admin")
    made = home.post(
        "/programmes",
        name="计划",
        unit=str(home.unit_id),
        calendar="working",
        stage_name="一",
        first_day="2026-11-23",
        last_day="2026-12-04",
    )
    page = _main(home.client.get(f"{made.location}/exams/new").text)
    assert (
        "可作答次数：3" in page
        and "多选题计分：全部选对才得分" in page
        and "限定网络：不设" in page
    )
    assert page.count('<details class="folded">') == 4
    rest = {
        "way_back": "0",
        "counts": "best",
        "multiple_rule": "partial",
        "paper": "each",
        "markers": "1",
        "release": "at_once",
    }
    wrong = _main(home.post(f"{made.location}/exams", tries="99", **rest).text)
    assert wrong.count('<details class="folded" open>') == 1
