"""An officer's way through the pages, with forms alone and with JSON writes."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import event


def _start(home):
    reply = home.post(f"/windows/{home.window_id}/start")
    assert reply.status_code == 303
    return reply.headers["Location"]


def _save(home, path, events):
    headers = {"X-CSRFToken": home.token(path)}
    return home.client.post(f"{path}/answers", json={"events": events}, headers=headers)


def _event(question, response, seq=1):
    return {
        "event_id": str(uuid.uuid4()),
        "seq": seq,
        "question": question,
        "response": response,
        "flagged": False,
    }


def _text_place(page):
    return int(re.search(r'<textarea[^>]* name="q(\d+)"', page).group(1))


def test_the_week_lists_what_is_due_and_a_read_portion_moves_to_done(home):
    home.enter("officer")
    assert "读物" in home.client.get("/week").text
    home.post("/portions/1/place", section="2")
    assert "已完成" in home.client.get("/week").text


def test_a_second_start_and_a_refresh_land_in_the_same_attempt(home):
    home.enter("officer")
    first = _start(home)
    assert _start(home) == first
    assert home.client.get(first).status_code == 200
    assert home.client.get(first).status_code == 200


def test_answers_are_acknowledged_kept_once_and_shown_again(home):
    home.enter("officer")
    path = _start(home)
    question = _text_place(home.client.get(path).text)
    change = _event(question, {"text": "三日内提出"})
    first, again = _save(home, path, [change]), _save(home, path, [change])
    assert first.json["acknowledged"] == again.json["acknowledged"]
    assert first.json["acknowledged"][0]["state"] == "held"
    assert "三日内提出" in home.client.get(path).text


def test_the_page_of_an_open_exam_holds_nothing_of_the_key(home):
    home.enter("officer")
    page = home.client.get(_start(home)).text
    assert "解析" not in page and "参考答案" not in page and "correct" not in page


def test_a_form_without_javascript_saves_asks_once_and_hands_in(home):
    home.enter("officer")
    path = _start(home)
    question = _text_place(home.client.get(path).text)
    home.post(f"{path}/submit", do="save", **{f"q{question}": "纸面作答"})
    assert "纸面作答" in home.client.get(path).text
    asked = home.post(f"{path}/submit", do="submit", **{f"q{question}": "纸面作答"})
    assert "现在交卷" in asked.text
    done = home.post(f"{path}/submit", do="submit", confirmed="1")
    assert done.headers["Location"].endswith("/result")
    assert "待阅" in home.client.get(f"{path}/result").text


def test_answers_after_the_deadline_are_kept_told_and_not_counted(home):
    home.enter("officer")
    path = _start(home)
    question = _text_place(home.client.get(path).text)
    home.clock.instant += timedelta(minutes=20, seconds=31)
    token = home.token("/me")
    late = home.client.post(
        f"{path}/answers",
        json={"events": [_event(question, {"text": "迟到"})]},
        headers={"X-CSRFToken": token},
    )
    assert late.json["acknowledged"][0]["state"] == "after_deadline"
    assert home.client.get(path).headers["Location"].endswith("/result")
    assert "迟到" not in home.client.get(f"{path}/result").text


def test_another_officers_attempt_does_not_exist(home):
    home.enter("officer")
    path = _start(home)
    home.enter("other")
    assert home.client.get(path).status_code == 404
    assert home.client.get(f"{path}/result").status_code == 404
    headers = {"X-CSRFToken": home.token("/me")}
    change = _event(1, None)
    reply = home.client.post(f"{path}/answers", json={"events": [change]}, headers=headers)
    assert reply.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"events": 3},
        {"events": [3]},
        {"events": [{"event_id": "x"}]},
        {"events": [{"event_id": str(uuid.uuid4()), "seq": True, "question": 1}]},
    ],
)
def test_a_malformed_write_is_refused_and_nothing_is_kept(home, body):
    home.enter("officer")
    path = _start(home)
    headers = {"X-CSRFToken": home.token(path)}
    reply = home.client.post(f"{path}/answers", json=body, headers=headers)
    assert reply.status_code == 422 and reply.json["error"] == "bad_event"


def test_a_forged_form_is_refused_with_a_sentence(home):
    home.enter("officer")
    reply = home.client.post(f"/windows/{home.window_id}/start", data={"csrf_token": "forged"})
    assert reply.status_code == 400 and "没有保存" in reply.text


def test_the_unit_heads_figure_changes_by_exactly_what_was_done(home):
    home.enter("head")
    figures = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    assert "0/10" in home.client.get(figures).text
    home.enter("officer")
    home.post("/portions/1/place", section="2")
    home.enter("head")
    after = home.client.get(figures)
    assert "1/10" in after.text


def test_a_revoked_session_ends_at_once(home):
    home.enter("officer")
    stolen = home.client.get_cookie("learnapp").value
    home.post("/sign-out")
    home.client.set_cookie("learnapp", stolen)
    assert home.client.get("/week").status_code == 302


def test_a_save_asks_the_database_at_most_three_times(home):
    home.enter("officer")
    path = _start(home)
    question = _text_place(home.client.get(path).text)
    headers = {"X-CSRFToken": home.token(path)}
    asked = []

    def count(_conn, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            asked.append(statement)

    engine = home.client.application.extensions["learnapp.database"].engine
    event.listen(engine, "before_cursor_execute", count)
    change = _event(question, {"text": "甲"})
    reply = home.client.post(f"{path}/answers", json={"events": [change]}, headers=headers)
    event.remove(engine, "before_cursor_execute", count)
    assert reply.status_code == 200
    assert len(asked) <= 3, asked
