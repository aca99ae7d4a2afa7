"""At the edges: page numbers nobody has, forms shown after a refusal, check questions that do not fit."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.pools import pool_of
from learnapp.db.files.models import ImportJob
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Portion
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.people.people import UnitKind
from learnapp.services.people import people
from learnapp.services.study import readings
from learnapp.services.study.reading_file import read_text
from tests.small_office import NOW


@pytest.mark.parametrize(
    "path", ["/banks/1", "/people", "/audit", "/progress/stages/1/units/1/people"]
)
def test_a_page_number_that_nobody_has_is_no_error(home, path):
    home.enter("admin")
    for page in ("0", "-3", "9" * 30, "x"):
        assert home.client.get(f"{path}?page={page}").status_code == 200


def test_a_search_longer_than_anybody_asks_is_refused_as_the_senders_fault(home):
    home.enter("admin")
    assert home.client.get(f"/people?q={'a' * 8_001}").status_code == 414
    assert home.client.get(f"/people?q={'a' * 8_000}").status_code == 200


def test_the_language_can_be_changed_on_a_form_that_was_refused(home):
    refused = home.post("/sign-in", login_name="officer", password="wrong")
    assert refused.status_code == 422
    back = re.search(r'name="next" value="([^"]*)"', refused.text)
    assert back and back.group(1) == "/"


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: [一\n---\n",
        "---\n- 一\n---\n",
        "---\ntitle: {a: 1}\n---\n",
        "---\na: &x 1\nb: *x\n---\n",
    ],
)
def test_a_reading_whose_head_cannot_be_read_is_refused_by_name(home, head):
    home.enter("admin")
    body = {
        "file": (io.BytesIO((head + "# 节\n正文\n").encode()), "读物.md"),
        "csrf_token": home.token("/me"),
        "unit": str(home.unit_id),
        "classification": "public",
    }
    reply = home.client.post("/readings/import", data=body, content_type="multipart/form-data")
    assert reply.status_code == 422
    assert "文件开头" in reply.text
    with home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportJob)) == 0


def _admin(session, home) -> Actor:
    person_id = home.people["admin"]
    return Actor(person_id, grants_of(session, person_id, local_day(NOW)))


def _first_closed(session, bank_id=1) -> int:
    return session.scalar(
        select(QuestionVersion.id)
        .where(QuestionVersion.bank_id == bank_id, QuestionVersion.type.in_(readings.CHECK_TYPES))
        .order_by(QuestionVersion.id)
        .limit(1)
    )


def _refused(home, change) -> None:
    with home.database.writing() as session:
        version_id = _first_closed(session)
        change(session, version_id)
        with pytest.raises(RuleBroken) as broken:
            readings.set_check(Caller(session, _admin(session, home), NOW), 1, 1, version_id)
        assert broken.value.code == "check_question_unfit"


@pytest.mark.parametrize("values", [{"status": "draft"}, {"use": "exam"}, {"type": "short_answer"}])
def test_a_check_question_is_published_for_practice_and_closed(home, values):
    def change(session, version_id):
        chosen = update(QuestionVersion).where(QuestionVersion.id == version_id)
        session.execute(chosen.values(**values))

    _refused(home, change)


def test_a_check_question_comes_from_a_bank_within_reach(home):
    def change(session, _version_id):
        apart = people.add_unit(Caller(session, SYSTEM, NOW), "别处", UnitKind.POLICE, 2)
        session.get_one(Bank, 1).owner_unit_id = apart.id
        session.flush()

    _refused(home, change)


def test_a_check_question_is_never_drawn_for_an_exam(home):
    """Its key is told to whoever answers it."""
    with home.database.writing() as session:
        version_id = _first_closed(session)
        window = session.get_one(ExamWindow, home.window_id)
        readings.set_check(Caller(session, _admin(session, home), NOW), 1, 1, version_id)
        assert session.scalar(select(Portion.check_version_id)) == version_id
        pool = pool_of(session, window, home.clock.now(), "5eed")
        assert version_id not in [each[0] for each in pool.candidates]


def test_a_question_that_an_open_exam_may_have_drawn_is_no_check_question(home):
    with home.database.writing() as session:
        version_id = _first_closed(session)
        window = session.get_one(ExamWindow, home.window_id)
        pool_of(session, window, home.clock.now(), "5eed")
    chosen = (home.clock.now(), window.closes_at + timedelta(minutes=1))
    with home.database.writing() as session:
        with pytest.raises(RuleBroken) as broken:
            readings.set_check(Caller(session, _admin(session, home), chosen[0]), 1, 1, version_id)
        assert broken.value.code == "check_question_in_exam"
    home.enter("admin")
    refused = home.post("/readings/1/portions/1/check", check=str(version_id), bank="1")
    assert refused.status_code == 422 and "可能在未结束的考试里" in refused.text
    assert f'<option value="{version_id}" selected>' in refused.text
    with home.database.writing() as session:
        readings.set_check(Caller(session, _admin(session, home), chosen[1]), 1, 1, version_id)
        readings.set_check(
            Caller(session, _admin(session, home), chosen[0]), 1, 1, version_id
        )  # no news


@pytest.mark.parametrize("head", ["---\n\n---\n", "---\n# 无\n---\n", "---\ntitle:\n---\n"])
def test_a_reading_with_an_empty_head_takes_its_title_from_the_text(head):
    assert read_text((head + "# 题目\n\n正文\n").encode(), "a.md").title == "题目"


def test_a_secrecy_marking_in_the_head_of_a_reading_is_seen():
    with pytest.raises(RuleBroken) as broken:
        read_text("---\n密级: 机密★5年\n---\n# 题目\n正文\n".encode(), "a.md")
    assert broken.value.code == "secrecy_marking"
