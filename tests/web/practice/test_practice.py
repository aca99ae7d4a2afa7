"""Practice, the notebook and the way back, as pages: from a question to why, and to the next."""

from __future__ import annotations

import re
from datetime import timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam
from learnapp.db.practice.free_practice import PracticeCategory
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import WindowKind
from learnapp.services.exams import exams
from learnapp.web.practice.free_practice import banks_in_order
from tests.small_office import NOW


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found.group(1).replace("&amp;", "&")


def _question_of(home, type_label: str) -> str:
    """The address of a question of this type, by asking for the next until one comes."""
    for _ in range(200):
        reply = home.client.get("/practice/next?bank=1")
        page = home.client.get(reply.location).text
        if f'<h1 class="q-head">{type_label}</h1>' in page:
            return reply.location
    raise AssertionError(f"no {type_label}")


def _event(page: str) -> str:
    return _first(r'name="event_id" value="([^"]+)"', page)


def test_a_question_is_practised_and_a_wrong_answer_stands_in_the_notebook(home):
    home.enter("officer")
    assert "还没有错题" in home.client.get("/notebook").text
    shelf = home.client.get("/practice").text
    assert _first(r'href="(/practice/next\?bank=1)"', shelf)
    place = _question_of(home, "单选")
    page = home.client.get(place).text
    options = re.findall(r'name="q1" value="([^"]+)"', page)
    told = [
        home.client.get(
            home.post(place, q1=each, event_id=_event(home.client.get(place).text)).location
        )
        for each in options
    ]
    assert sum("答对了" in each.text for each in told) == 1
    assert sum("没有答对" in each.text for each in told) == len(options) - 1
    assert all("解析" in each.text and "正确答案" in each.text for each in told)
    following = _first(r'href="(/practice/next\?bank=1&amp;n=1)"[^>]*>下一题', told[0].text)
    assert home.client.get(following).status_code == 302
    book = home.client.get("/notebook").text
    assert f"错 {len(options) - 1} 次" in book and "自由练习" in book


def test_an_empty_answer_is_refused_beside_the_question(home):
    home.enter("officer")
    place = _question_of(home, "多选")
    reply = home.post(place, event_id=_event(home.client.get(place).text))
    assert reply.status_code == 422 and "请先作答" in reply.text


def test_a_short_answer_is_judged_by_its_writer_after_its_reference(home):
    home.enter("officer")
    place = _question_of(home, "简答")
    event = _event(home.client.get(place).text)
    shown = home.post(place, q1="我的要点", event_id=event)
    assert "参考答案" in shown.text and "我的要点" in shown.text
    done = home.post(place, q1="我的要点", event_id=event, recall="wrong")
    assert "没有答对" in home.client.get(done.location).text
    assert "错 1 次" in home.client.get("/notebook").text


def test_what_is_due_is_reviewed_one_after_another_until_none_is(home):
    home.enter("officer")
    for _ in range(2):
        place = _question_of(home, "判断")
        page = home.client.get(place).text
        for each in re.findall(r'name="q1" value="([^"]+)"', page):
            home.post(place, q1=each, event_id=_event(home.client.get(place).text))
    home.clock.instant += timedelta(days=2)
    page = home.client.get("/notebook").text
    count = int(_first(r"开始复习（(\d+) 题）", page))
    assert count >= 1
    for _ in range(count):
        place = home.client.get("/notebook/review").location
        page = home.client.get(place).text
        option = re.findall(r'name="q1" value="([^"]+)"', page)[0]
        told = home.client.get(home.post(place, q1=option, event_id=_event(page)).location)
        assert "再复习" in told.text
    assert home.client.get("/notebook/review").location == "/notebook"
    assert "到期的都复习完了" in home.client.get("/notebook").text


def test_who_failed_finds_the_way_back_from_the_result(home):
    with home.database.writing() as session:
        exam = session.get_one(Exam, home.exam_id)
        until = NOW + timedelta(days=9)
        exams.add_window(Caller(session, SYSTEM, NOW), exam, WindowKind.REMEDIAL, NOW, until)
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{sheet}/submit", confirmed="1")
    page = home.client.get(f"{sheet}/result").text
    way = _first(r'href="(/exams/\d+/way-back)"', page)
    assert "补学" in home.client.get("/exams").text
    page = home.client.get(way).text
    assert "没有找到可读的内容" in page  # the house's only reading treats none of it
    window = _first(r'href="(/windows/\d+)"', page)
    start = _first(r'action="(/windows/\d+/start)"', home.client.get(window).text)
    again = home.post(start).location
    assert again != sheet and home.client.get(again).status_code == 200
    home.enter("other")
    assert home.client.get(way).status_code == 404


def test_a_marker_gives_marks_by_point_and_may_take_them_back(home):
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    page = home.client.get(sheet).text
    texts = dict.fromkeys(re.findall(r'<textarea class="written" name="(q\d+)"', page), "写了一些")
    home.post(f"{sheet}/submit", do="save", **texts)
    home.post(f"{sheet}/submit", confirmed="1")
    home.enter("marker")
    page = home.client.get("/marking").text
    count = len(re.findall(r'name="point"', page))
    url = _first(r'action="(/marking/[^"]+)"', page)
    if count:
        full = [float(each) for each in re.findall(r'name="point"[^>]* max="([^"]+)"', page)]
        over = home.post(url, **{"point": str(full[0] + 1)})
        assert over.status_code == 422 and "每个要点的得分应在" in over.text
        data = {
            "csrf_token": home.token(),
            "point": [str(each) for each in full],
            "comment": "要点齐",
        }
        reply = home.client.post(url, data=data)
    else:
        reply = home.post(url, awarded="5", comment="要点齐")
    assert reply.status_code == 303
    page = home.client.get("/marking").text
    again = _first(r'href="(/marking/[^"]+)"[^>]*>改刚才的给分', page)
    shown = home.client.get(again).text
    assert "可以在半小时内改" in shown and "要点齐" in shown


def _shelves(page: str) -> list[tuple[bool, str]]:
    """Each row of free practice: whether it is a link, and what it says of its questions."""
    rows = page.partition("<h3>")[2]
    found = re.findall(
        r'<(a|div) class="row".*?<span class="row-state[^"]*">\s*([^<]+?)\s*</span>',
        rows,
        re.DOTALL,
    )
    return [(tag == "a", text) for tag, text in found]


def test_a_shelf_says_how_many_an_exam_keeps_back_and_is_dead_while_it_keeps_all(home):
    home.enter("officer")
    before = _shelves(home.client.get("/practice").text)
    assert before and all(re.fullmatch(r"\d+ 题", text) for _, text in before)
    home.enter("other")
    home.post(f"/windows/{home.window_id}/start")
    home.enter("officer")
    after = _shelves(home.client.get("/practice").text)
    assert len(after) == len(before)
    for is_link, text in after:
        assert is_link == ("现在都不能练" not in text), text
    assert any(text.startswith("可练 ") or not is_link for is_link, text in after)


def test_a_bank_of_which_an_exam_withholds_all_is_one_line_after_the_others(home):
    shelves = [
        PracticeCategory(1, "考试题库", "刑法/总则", 5, 0),
        PracticeCategory(2, "读后题", "宪法", 3, 3),
    ]
    with home.client.application.test_request_context():
        first, last = banks_in_order(shelves)
    assert first["name"] == "读后题" and len(first["rows"]) == 2
    assert [(row["title"], row["url"]) for row in last["rows"]] == [("全部", None)]


def test_a_category_of_several_parts_opens_to_them_and_one_of_a_single_part_is_a_row(home):
    shelves = [
        PracticeCategory(1, "题库", "刑法/总则", 5, 5),
        PracticeCategory(1, "题库", "刑法/分则", 4, 0),
        PracticeCategory(1, "题库", "宪法/国家机构", 3, 3),
    ]
    with home.client.application.test_request_context():
        (bank,) = banks_in_order(shelves)
    assert [row["title"] for row in bank["rows"]] == ["全部", "刑法", "宪法"]
    criminal, constitution = bank["rows"][1:]
    assert [part["title"] for part in criminal["parts"]] == ["本章全部", "总则", "分则"]
    assert criminal["parts"][0]["url"] and criminal["parts"][2]["url"] is None
    assert constitution["url"] and not constitution["parts"]


def test_who_chose_so_goes_on_by_themselves_after_a_right_single_choice_alone(home):
    home.enter("officer")
    home.post("/me/settings/next", next_by_itself="yes")
    place = _question_of(home, "单选")
    page = home.client.get(place).text
    options = re.findall(r'name="q1" value="([^"]+)"', page)
    led = [
        home.post(place, q1=each, event_id=_event(home.client.get(place).text)).location
        for each in options
    ]
    assert sum(each.startswith("/practice/next?bank=1") for each in led) == 1
    assert sum(each.startswith("/practice/answers/") for each in led) == len(options) - 1
