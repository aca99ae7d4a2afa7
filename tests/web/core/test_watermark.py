"""Whatever shows a question or a text that is internal names its reader: pages and files."""

from __future__ import annotations

import html
import io
import re
import zipfile

import pytest
from sqlalchemy import select, update

from learnapp.db.bank.models import Bank, BankQuestion, QuestionVersion
from learnapp.db.people.models import Unit
from learnapp.db.study.models import Reading, ReadingSection
from question_bank.content import from_json
from question_bank.formats import read
from tests.web.bank.test_question_imports import TEXT
from tests.web.core.test_admin import _upload
from tests.web.on_sqlite import ON_SQLITE

pytestmark = ON_SQLITE

MARKED = re.compile(r'<div class="watermark"[^>]*>\s*<span>([^<]+)</span>')
LOGINS = ("officer", "head", "marker", "admin")


def _make_internal(home) -> None:
    with home.database.writing() as session:
        session.execute(update(Bank).values(classification="internal"))
        session.execute(update(Reading).values(classification="internal"))


def _texts(home) -> set[str]:
    """What of the banks and readings may not be seen without a mark."""
    with home.database.reading() as session:
        stems = [from_json(each).plain for each in session.scalars(select(QuestionVersion.stem))]
        sections = session.scalars(select(ReadingSection.html))
        texts = [re.sub(r"<[^>]*>", "\n", each) for each in sections]
    lines = {line.strip() for text in [*stems, *texts] for line in text.split("\n")}
    return {line[:30] for line in lines if len(line) >= 5}


def _pages(home, attempt: str, job: str) -> list[str]:
    found = []
    for route in home.client.application.url_map.iter_rules():
        if "GET" in route.methods and route.endpoint not in ("static", "bank.export"):
            known = {"public_id": attempt, "job": job}
            values = {name: known.get(name, "1") for name in route.arguments}
            found.append(route.build(values)[1])
    return sorted(found)


def _unmarked(home, login: str, pages: list[str], texts: set[str]) -> tuple[int, list[str]]:
    """How many pages show a text, and which of them without the mark of who reads."""
    shown, bare = 0, []
    for path in pages:
        reply = home.client.get(path)
        page = html.unescape(reply.text) if reply.mimetype == "text/html" else ""
        if not any(text in page for text in texts):
            continue
        shown += 1
        mark = MARKED.search(page)
        wanted = (login, "2026-11-", ":")
        if mark is None or not all(each in mark.group(1) for each in wanted):
            bare.append(path)
    return shown, bare


def test_every_page_that_shows_something_internal_bears_the_readers_mark(home):
    _make_internal(home)
    texts = _texts(home)
    home.enter("admin")
    job = _upload(home, "/banks/1/import", TEXT.encode(), "题.txt").headers["Location"]
    texts |= {"甲应当在几日内答复", "乙应当在几日内答复"}
    home.enter("officer")
    attempt = home.post(f"/windows/{home.window_id}/start").headers["Location"].rpartition("/")[2]
    pages = _pages(home, attempt, job.rpartition("/")[2])
    seen = {}
    for login in LOGINS:
        home.enter(login)
        seen[login], bare = _unmarked(home, login, pages, texts)
        assert bare == [], login
    home.enter("officer")
    home.post(f"/attempts/{attempt}/submit", confirmed="1")
    _, bare = _unmarked(home, "officer", pages, texts)
    assert bare == []
    with home.database.reading() as session:
        unit = session.get_one(Unit, home.unit_id).name
    mark = MARKED.search(home.client.get(f"/attempts/{attempt}/result").text)
    assert mark and unit in mark.group(1)
    assert seen["officer"] >= 2 and seen["admin"] >= 4


def test_what_is_public_bears_no_mark(home):
    home.enter("officer")
    page = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    assert MARKED.search(home.client.get(page).text) is None


@pytest.mark.parametrize("form", ["xlsx", "docx", "gift", "xml", "zip", "yaml", "paper"])
def test_every_export_of_an_internal_bank_names_who_took_it_and_reads_back(home, form):
    home.enter("admin")
    plain = home.client.get(f"/banks/1/export/{form}").data
    _make_internal(home)
    marked = home.client.get(f"/banks/1/export/{form}").data
    ending = "docx" if form == "paper" else form
    assert "admin" not in _all_text(plain) and re.search(r"admin [^<]*2026-11-", _all_text(marked))
    if form != "paper":
        before, after = read(plain, f"a.{ending}"), read(marked, f"a.{ending}")
        assert [each.question for each in after.records] == [
            each.question for each in before.records
        ]
        told = [[(each.code, each.params) for each in file.notes] for file in (before, after)]
        assert told[0] == told[1]


def _all_text(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [each for each in archive.namelist() if "docProps" not in each]
        return "\n".join(archive.read(each).decode("utf-8", "replace") for each in names)


def test_a_format_without_a_place_for_a_mark_is_not_offered_for_an_internal_bank(home):
    home.enter("admin")
    assert home.client.get("/banks/1/export/aiken").status_code == 200
    _make_internal(home)
    assert home.client.get("/banks/1/export/aiken").status_code == 404
    assert "/export/aiken" not in home.client.get("/banks/1").text


def test_what_was_left_of_an_internal_import_is_marked_too(home):
    _make_internal(home)
    home.enter("admin")
    job = _upload(home, "/banks/1/import", TEXT.encode(), "题.txt").headers["Location"]
    text = home.client.get(f"{job}/left").data.decode("utf-8-sig")
    assert re.match(r"※待确认：.*admin .*2026-11-", text)


def test_the_house_has_questions_to_show(home):
    with home.database.reading() as session:
        assert session.scalar(select(BankQuestion.id)) is not None
    assert len(_texts(home)) > 5
