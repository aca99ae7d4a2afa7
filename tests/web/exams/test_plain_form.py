"""The test page without JavaScript: an older tab erases nothing newer, and what is refused keeps its text."""

from __future__ import annotations

import html
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams import attempts
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
WRITTEN = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)


class Tab:
    """A page without JavaScript as a browser has it: what stands in its fields, and what it posts."""

    def __init__(self, home, path: str, text: str | None = None) -> None:
        self.home, self.path = home, path
        self.text = (text or home.client.get(path).text).replace("\r\n", "\n")  # as parsers do
        self.fields: dict[str, list[str]] = {}
        for name, value in HIDDEN.findall(self.text):
            self.fields.setdefault(name, []).append(html.unescape(value))
        for tag in re.findall(r"<input [^>]*>", self.text):
            self._input(tag)
        for name, value in WRITTEN.findall(self.text):
            self.fields[name] = [html.unescape(value).removeprefix("\n")]

    def _input(self, tag: str) -> None:
        name = re.search(r' name="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name is None or 'type="hidden"' in tag:
            return
        if 'type="text"' in tag:
            self.fields[name[1]] = [html.unescape(value[1])]
        elif " checked" in tag:
            self.fields.setdefault(name[1], []).append(value[1] if value else "on")

    def place(self, kind: str, nth: int = 0) -> int:
        """The number of the nth question of a type."""
        return int(re.findall(rf'id="q(\d+)" data-type="{kind}"', self.text)[nth])

    def options(self, question: int) -> list[str]:
        """The values of a choice, as they stand."""
        return re.findall(rf'name="q{question}" value="([^"]+)"', self.text)

    def post(self, do: str = "save", token: str | None = None):
        """What the browser sends: lines end in two characters."""
        data = {
            name: [v.replace("\n", "\r\n") for v in values] for name, values in self.fields.items()
        }
        data |= {"do": [do], "csrf_token": [token or self.home.token(self.path)]}
        return self.home.client.post(f"{self.path}/submit", data=data)

    def shown(self, reply) -> Tab:
        """The page that a post was answered with."""
        return Tab(self.home, self.path, reply.text)


@pytest.fixture
def path(home) -> str:
    home.enter("officer")
    return home.post(f"/windows/{home.window_id}/start").headers["Location"]


def held(home) -> dict[int, tuple]:
    with home.database.reading() as session:
        attempt_id = session.scalar(select(Attempt.id))
        answers = attempts.answers_of(session, attempt_id)
    return {q: (each.response, each.flagged) for q, each in answers.items()}


def events(home) -> int:
    with home.database.reading() as session:
        return len(session.scalars(select(AnswerEventRow.event_id)).all())


def test_an_older_tab_erases_no_newer_answer_and_says_so(home, path):
    older, newer = Tab(home, path), Tab(home, path)
    words, choice, other = (
        older.place("short_answer"),
        older.place("single"),
        older.place("single", 1),
    )
    newer.fields[f"q{words}"] = ["新的\n两行"]
    newer.fields[f"q{choice}"] = [newer.options(choice)[0]]
    newer.fields[f"f{other}"] = ["on"]
    assert newer.post().status_code == 303
    before = held(home)
    assert before[words] == ({"text": "新的\n两行"}, False)
    older.fields[f"q{words}"] = ["旧页面上写的\n一段话"]
    older.fields[f"q{other}"] = [older.options(other)[1]]
    reply = older.post()
    assert reply.status_code == 422
    assert held(home) == before  # nor the flag, nor the choice that the older page did not show
    assert "这一题后来在别处改过" in reply.text and "已保存 0" not in reply.text
    again = older.shown(reply)
    assert again.fields[f"q{words}"] == ["新的\n两行"]
    assert again.fields[f"m{words}"] == ["旧页面上写的\n一段话"]
    assert f"q{choice}" in again.fields
    # What was typed can be taken after all, and what is not ticked is left.
    again.fields[f"take{words}"] = ["on"]
    assert again.post().status_code == 303
    assert held(home)[words] == ({"text": "旧页面上写的\n一段话"}, False)
    assert held(home)[other] == before[other]


def test_an_unchanged_older_tab_says_nothing(home, path):
    older, newer = Tab(home, path), Tab(home, path)
    choice = newer.place("multiple")
    newer.fields[f"q{choice}"] = newer.options(choice)[:2]
    newer.post()
    before = events(home)
    reply = older.post()
    assert reply.status_code == 303 and events(home) == before
    text = home.client.get(path).text
    assert "没有新的改动" in text and "已保存 0" not in text


def test_lines_count_once_so_that_a_page_saved_twice_says_nothing_new(home, path):
    tab = Tab(home, path)
    words = tab.place("short_answer")
    tab.fields[f"q{words}"] = ["\n第一行\n第二行\n" + "长" * 19_980]
    assert tab.post().status_code == 303
    kept = events(home)
    fresh = Tab(home, path)
    assert fresh.fields[f"q{words}"] == tab.fields[f"q{words}"]
    assert fresh.post().status_code == 303 and events(home) == kept
    # A phone sends the same text with other line ends: the server holds it the same way.
    change = {
        "event_id": str(uuid.uuid4()),
        "seq": 90,
        "question": words,
        "flagged": False,
        "response": {"text": "甲\r\n乙" + "\r\n" * 19_997},
    }
    headers = {"X-CSRFToken": home.token(path)}
    told = home.client.post(f"{path}/answers", json={"events": [change]}, headers=headers).json
    assert told["acknowledged"] and not told["refused"]
    assert held(home)[words][0] == {"text": "甲\n乙" + "\n" * 19_997}


def test_a_refused_answer_keeps_its_text_beside_its_question_and_the_rest_is_saved(home, path):
    tab = Tab(home, path)
    words, gap, choice = tab.place("short_answer"), tab.place("fill_blank"), tab.place("single")
    tab.fields[f"q{words}"] = ["太长" * 10_001]
    tab.fields[f"q{gap}.b1"] = ["长" * 501]
    tab.fields[f"q{choice}"] = [tab.options(choice)[0]]
    for do in ("save", "submit"):
        reply = tab.post(do)
        assert reply.status_code == 422
        assert "至多 20000 字" in reply.text and "每空至多 500 字" in reply.text
        assert "有 2 题没有保存" in reply.text and "现在交卷" not in reply.text
        tab = tab.shown(reply)
        assert tab.fields[f"q{words}"] == ["太长" * 10_001]
        assert tab.fields[f"q{gap}.b1"] == ["长" * 501]
        assert set(held(home)) == {choice}
    tab.fields[f"q{words}"] = ["短了"]
    tab.fields[f"q{gap}.b1"] = ["三十日"]
    assert "现在交卷" in tab.post("submit").text
    assert set(held(home)) == {choice, words, gap}


def test_an_option_that_is_none_is_said_and_not_taken_for_saved(home, path):
    tab = Tab(home, path)
    choice = tab.place("single")
    tab.fields[f"q{choice}"] = ["nowhere"]
    reply = tab.post()
    assert reply.status_code == 422 and "选的不是这道题的选项" in reply.text and not held(home)


def test_what_comes_too_late_is_kept_and_said_not_to_count(home, path):
    tab = Tab(home, path)
    words = tab.place("short_answer")
    tab.fields[f"q{words}"] = ["迟到"]
    token = home.token(path)
    home.clock.instant += timedelta(minutes=20, seconds=31)
    reply = tab.post(token=token)
    assert reply.headers["Location"].endswith("/result")
    told = home.client.get(path, follow_redirects=True).text
    assert "1 处作答已保存，没有计入" in told
    assert events(home) == 1 and not held(home)


@pytest.mark.parametrize("do", ["save", "submit"])
def test_a_form_token_of_an_earlier_sign_in_costs_no_typed_text(home, path, do):
    tab, newer = Tab(home, path), Tab(home, path)
    words, other = tab.place("short_answer"), tab.place("short_answer", 1)
    newer.fields[f"q{words}"] = ["别处写的"]
    newer.post()
    tab.fields[f"q{words}"] = ["一段\n很长的话"]
    tab.fields[f"q{other}"] = ["另一段"]
    reply = tab.post(do, token="of-an-earlier-sign-in")
    assert reply.status_code == 400 and "还没有保存" in reply.text
    again = tab.shown(reply)
    assert again.fields[f"q{words}"] == ["一段\n很长的话"]
    assert held(home)[words][0] == {"text": "别处写的"}
    assert again.post(do).status_code == 422  # it is still drawn from the older page
    assert held(home)[words][0] == {"text": "别处写的"} and held(home)[other][0] == {
        "text": "另一段"
    }


def test_a_sign_in_that_is_over_costs_no_typed_text(home, path):
    tab = Tab(home, path)
    words = tab.place("short_answer")
    tab.fields[f"q{words}"] = ["一段\n很长的话"]
    home.post("/sign-out")
    token = home.token("/sign-in")
    reply = tab.post("submit", token=token)
    assert reply.status_code == 401 and "作答还在这一页" in reply.text
    kept = tab.shown(reply)
    home.enter("officer")
    assert "现在交卷" in kept.post("submit").text
    assert held(home)[words][0] == {"text": "一段\n很长的话"}


def test_a_confirmation_with_an_old_token_shows_the_paper_as_it_is_held(home, path):
    tab = Tab(home, path)
    choice = tab.place("single")
    tab.fields[f"q{choice}"] = [tab.options(choice)[0]]
    tab.post("submit")
    data = {"confirmed": "1", "do": "submit", "csrf_token": "old"}
    reply = home.client.post(f"{path}/submit", data=data)
    assert reply.status_code == 400 and "刚才没有交卷" in reply.text
    again = tab.shown(reply)
    assert again.fields[f"q{choice}"] == tab.fields[f"q{choice}"]
    assert "现在交卷" in again.post("submit").text
    assert held(home)[choice][0] is not None
