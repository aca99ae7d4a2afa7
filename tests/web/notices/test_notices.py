"""消息: what a person was told is kept, counted while unread, and leads to its place."""

from __future__ import annotations

import re

from learnapp.db.notices.models import Notice
from learnapp.db.notices.outbox import notify

_COUNT = re.compile(r'<a class="inbox"[^>]*>消息(?: <b>(\d+)</b>)?')


def _unread(home, path: str = "/week") -> str | None:
    return _COUNT.search(home.client.get(path).text).group(1)


def _tell(home, login: str, title: str) -> None:
    with home.database.writing() as session:
        params = {"title": title, "reason": "没有读完", "portion_id": 1, "exam_id": None}
        about = (home.people[login], "completion_withdrawn", params)
        notify(session, home.clock.now(), *about)


def test_unread_ones_are_counted_on_every_page_and_read_ones_are_kept(home):
    home.enter("officer")
    assert _unread(home) is None
    for title in ("第一篇", "第二篇"):
        _tell(home, "officer", title)
    _tell(home, "other", "别人的")
    assert _unread(home) == "2" and _unread(home, "/exams") == "2"
    page = home.client.get("/notices").text
    assert page.index("第二篇") < page.index("第一篇") and "别人的" not in page
    assert 'href="/portions/1"' in page
    (first, *_rest) = re.findall(r'action="(/notices/\d+\?from=inbox)"', page)
    assert home.post(first).headers["Location"] == "/notices#told"
    assert _unread(home) == "1"
    assert home.post("/notices/read").status_code == 303
    assert _unread(home) is None
    page = home.client.get("/notices").text
    assert "第一篇" in page and "第二篇" in page and "未读" not in page


def test_nobody_reads_or_puts_aside_what_somebody_else_was_told(home):
    _tell(home, "other", "别人的")
    with home.database.reading() as session:
        notice_id = session.query(Notice.id).scalar()
    home.enter("officer")
    assert home.post(f"/notices/{notice_id}").status_code == 404
    home.post("/notices/read")
    home.enter("other")
    assert _unread(home) == "1"


def test_a_changed_total_is_not_counted_before_it_may_be_told(home):
    home.enter("officer")
    with home.database.writing() as session:
        params = {"attempt": "x" * 22, "exam": "三月卷"}
        notify(session, home.clock.now(), home.people["officer"], "regraded", params)
    assert _unread(home) is None
    assert "三月卷" not in home.client.get("/notices").text
    assert home.post("/notices/read").status_code == 303
    with home.database.reading() as session:
        assert session.query(Notice.read_at).scalar() is None


def test_a_page_of_answering_counts_nothing_and_its_result_does(home):
    home.enter("officer")
    _tell(home, "officer", "第一篇")
    path = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    assert 'class="inbox"' not in home.client.get(path).text
    home.post(f"{path}/submit", confirmed="1")
    assert 'class="inbox"' in home.client.get(f"{path}/result").text


def test_the_inbox_pages(home):
    home.enter("officer")
    for number in range(60):
        _tell(home, "officer", f"篇目{number}号")
    assert _unread(home) == "60"
    first, second = (home.client.get(f"/notices?page={n}").text for n in (1, 2))
    assert "篇目59号" in first and "篇目9号" not in first and "篇目9号" in second
