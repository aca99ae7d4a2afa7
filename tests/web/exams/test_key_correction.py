"""A question put right that many had: the preview is awaited and kept, then the attempts follow."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.exams.exams import Release
from learnapp.jobs import background
from learnapp.services.exams import auto_marking, key_correction
from tests.small_office import NOW


@pytest.fixture
def question(home, monkeypatch) -> str:
    """The page of a question that the officer and another had, which is many here."""
    monkeypatch.setattr(key_correction, "AT_ONCE", 0)
    for login in ("officer", "other"):
        home.enter(login)
        path = home.post(f"/windows/{home.window_id}/start").location
        home.post(f"{path}/submit", confirmed="1")
    with home.database.reading() as session:
        places = session.execute(
            select(PaperQuestion.version_id, PaperQuestion.type).order_by(PaperQuestion.version_id)
        ).all()
    version = next(version for version, type_ in places if type_ == "single")
    return f"/questions/{version}"


def _mark_what_waits(home, attempt_id: int) -> None:
    """Marks for what a person has to mark, and the result, which is seen at once."""
    with home.database.writing() as session:
        session.get_one(Exam, home.exam_id).release = Release.AT_ONCE
        marked = attempt_papers.marks_of(session, attempt_id)
        for row in attempt_papers.keys_of(session, attempt_id):
            if row.ordinal not in marked:
                mark = Mark(
                    attempt_id=attempt_id,
                    question=row.ordinal,
                    number=1,
                    key_revision_id=row.revision_id,
                    awarded=0,
                    right=False,
                    comment="",
                    recorded_at=NOW,
                )
                session.add(mark)
        auto_marking.record_result(session, NOW, attempt_id)


def _carry_out(home) -> None:
    background.carry_out_waiting(home.database, home.clock.now)


def test_many_are_previewed_in_the_background_and_follow_in_it(home, question):
    home.enter("admin")
    void = {"correction": "void_full", "base": "1"}
    asked = home.post(f"{question}/key", **void, do="preview")
    assert asked.status_code == 303
    kept = asked.headers["Location"].partition("#")[0]
    assert home.post(f"{question}/key", **void, do="preview").headers["Location"].startswith(kept)
    other = home.post(f"{question}/key", correction="void_out", base="1", do="preview")
    assert other.status_code == 409
    waits = home.client.get(kept).text
    assert "正在预览" in waits and "已排队" in waits and "作废并重算" not in waits
    _carry_out(home)
    seen = home.client.get(kept).text
    assert "份答卷用过这道题" in seen and "作废并重算" in seen
    preview = re.search(r'name="preview"[^>]*value="([\w-]+)"', seen)
    assert preview and preview[1] in kept
    with_it = {**void, "preview": preview[1]}
    silent = home.post(f"{question}/key", **with_it, do="confirm", reason="")
    assert silent.status_code == 422 and "请写明理由" in silent.text and "作废并重算" in silent.text
    done = home.post(f"{question}/key", **with_it, do="confirm", reason="题干有误", keeps="y")
    assert done.headers["Location"] == f"{question}/key#told"
    waits = home.client.get(f"{question}/key").text
    assert "改正已经生效，正在重判答卷" in waits and "看看会有什么变化" not in waits
    assert "已停用" in home.client.get(question).text
    again = home.post(f"{question}/key", correction="replace", answer="B", base="2", do="preview")
    assert again.status_code == 409
    _carry_out(home)
    assert "看看会有什么变化" in home.client.get(f"{question}/key").text
    jobs = home.client.get("/jobs").text
    assert "重判答卷" in jobs and "预览重判" in jobs


def test_a_result_that_waits_to_be_regraded_says_so(home, question):
    version = int(question.rpartition("/")[2])
    with home.database.reading() as session:
        attempt = session.scalars(
            select(Attempt)
            .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
            .where(PaperQuestion.version_id == version)
        ).first()
        person = {number: login for login, number in home.people.items()}[attempt.person_id]
        path, attempt_id = f"/attempts/{attempt.public_id}/result", attempt.id
    _mark_what_waits(home, attempt_id)
    home.enter(person)
    assert "正在重新计分" not in home.client.get(path).text
    home.enter("admin")
    home.post(f"{question}/key", correction="void_full", base="1", do="confirm", reason="题干有误")
    home.enter(person)
    assert "正在重新计分" in home.client.get(path).text
    _carry_out(home)
    assert "正在重新计分" not in home.client.get(path).text


def test_a_preview_is_nobodys_who_may_not_correct_the_question(home, question):
    home.enter("admin")
    kept = home.post(f"{question}/key", correction="void_full", base="1", do="preview").location
    path = kept.partition("#")[0]
    with home.database.reading() as session:
        public_id = session.scalars(select(BackgroundJob.public_id)).one()
    assert public_id in path
    assert home.client.get(path.replace(public_id, "x" * 22)).status_code == 404
    home.enter("marker")
    assert home.client.get(path).status_code == 403
