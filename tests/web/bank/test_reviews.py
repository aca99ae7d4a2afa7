"""Review: reviewers see, filter and judge many at once; authors see what became of theirs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from learnapp.db.bank.models import KeyExposure, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.db.people.lines import default_line
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import HASH, NOW
from tests.web.bank.test_questions import _fields, _first

DAY = date(2026, 1, 1)


@pytest.fixture
def desk(home):
    """Two people who edit and review, beside the admin."""
    with home.database.writing() as session:
        line = default_line(session)
        for login in ("editor", "reviewer"):
            person = people.add_person(
                Caller(session, SYSTEM, NOW), "王审", [(LoginKind.BADGE, login)]
            )
            people.join(
                Caller(session, SYSTEM, NOW),
                person.id,
                people.MembershipSpec(home.unit_id, line.id),
                DAY,
            )
            activation.set_password(session, NOW, person.id, HASH)
            for role in (Role.QUESTION_EDITOR, Role.REVIEWER):
                roles.grant(
                    Caller(session, SYSTEM, NOW),
                    person.id,
                    NewGrant(role, home.unit_id, line.id, DAY),
                )
            home.people[login] = person.id
    return home


def _submit(home, login: str, stem: str) -> int:
    """A new version of the first single choice, sent to review; its id."""
    home.enter(login)
    address = _first(home)
    saved = home.post(f"{address}/edit", **{**_fields(home, address), "stem": stem})
    assert saved.status_code == 303, saved.text
    home.post(f"{saved.location}/do", action="submitted")
    return int(saved.location.rpartition("/")[2])


def _send(home, count: int, author: str = "editor") -> list[int]:
    """So many published versions back into review, as that person's."""
    with home.database.writing() as session:
        ids = list(session.scalars(select(QuestionVersion.id).limit(count)))
        session.execute(
            update(QuestionVersion)
            .where(QuestionVersion.id.in_(ids))
            .values(status=VersionState.IN_REVIEW, recorded_by=home.people[author])
        )
    return ids


def test_a_question_in_review_is_shown_whole_with_what_changed_and_who_wrote_it(desk):
    version = _submit(desk, "editor", "换了说法的题干？")
    desk.enter("reviewer")
    assert re.search(r"待审试题.*?>1<", desk.client.get("/banks").text, re.S)
    page = desk.client.get("/questions/review").text
    assert "正确答案" in page and 'class="is-right"' in page and "<ins>" in page and "<del>" in page
    assert 'value="editor"' not in page and '王审 <small class="muted">editor</small>' in page
    assert f'name="version" value="{version}"' in page
    with desk.database.reading() as session:
        seen = session.scalars(
            select(KeyExposure.version_id).where(KeyExposure.person_id == desk.people["reviewer"])
        ).all()
    assert version in seen


def _submit_with(home, **changed: str) -> None:
    """A new version of the first single choice that differs in these fields, sent to review."""
    home.enter("editor")
    address = _first(home)
    saved = home.post(f"{address}/edit", **{**_fields(home, address), **changed})
    assert saved.status_code == 303, saved.text
    home.post(f"{saved.location}/do", action="submitted")
    home.enter("reviewer")


def test_a_reviewer_sees_what_changed_also_where_the_question_itself_did_not(desk):
    words = {"explanation": "QXZ", "source": "KVW", "category": "JYH", "passage": "FGU"}
    _submit_with(desk, **words, difficulty="5")
    page = desk.client.get("/questions/review").text
    changed = "".join(re.findall("<ins>(.*?)</ins>", page, re.S))
    assert [each for each in (*words.values(), "5") if each not in changed] == []


def test_a_reviewer_is_never_shown_two_equal_texts_as_a_change(desk):
    desk.enter("editor")
    form = desk.client.get(f"{_first(desk)}/edit").text
    kept = dict(re.findall(r'name="(category|source)"[^>]*value="([^"]*)"', form))
    kept["explanation"] = re.findall(r'name="explanation"[^>]*>\s*(.*?)</textarea>', form, re.S)[0]
    kept["difficulty"] = re.findall(r'selected value="(\d)"', form)[0]
    _submit_with(desk, **kept, tags="重点")
    page = desk.client.get("/questions/review").text
    assert "改成" not in page and "都与已发布的相同" in page


def test_ones_own_question_is_listed_and_said_to_be_for_somebody_else(desk):
    version = _submit(desk, "editor", "换了说法的题干？")
    page = desk.client.get("/questions/review").text
    assert "这是您自己写的题" in page and 'type="checkbox"' not in page
    refused = desk.post("/questions/review", version=str(version), action="approved")
    assert refused.status_code == 403
    assert "没有勾选可审的题" in desk.client.get(f"/questions/review/ticked?version={version}").text


def test_many_are_looked_at_together_and_approved_once(desk):
    ids = _send(desk, 4)
    desk.enter("reviewer")
    query = "&".join(f"version={each}" for each in ids[:3])
    preview = desk.client.get(f"/questions/review/ticked?{query}").text
    assert "通过 3 题" in preview and "退回 3 题" in preview
    form = {"version": [str(each) for each in ids[:3]], "action": "approved"}
    assert desk.post("/questions/review", **form).status_code == 303
    page = desk.client.get("/questions/review").text
    assert "审核通过 3 题" in page and page.count('type="checkbox"') == 1
    assert desk.post("/questions/review", **form).status_code == 303
    assert "另有 3 题已经不在待审之列" in desk.client.get("/questions/review").text
    with desk.database.reading() as session:
        states = session.scalars(
            select(QuestionVersion.status).where(QuestionVersion.id.in_(ids[:3]))
        )
        assert set(states) == {"published"}


def test_many_are_returned_with_one_reason_that_their_author_reads(desk):
    ids = _send(desk, 2)
    desk.enter("reviewer")
    form = {"version": [str(each) for each in ids], "action": "returned"}
    silent = desk.post("/questions/review", **form)
    assert silent.status_code == 422 and "退回 2 题" in silent.text
    assert desk.post("/questions/review", **form, comment="依据不足").status_code == 303
    desk.enter("editor")
    page = desk.client.get("/questions/submitted").text
    assert page.count("依据不足") == 2 and "退回" in page
    assert '王审 <small class="muted">reviewer</small>' in page


def test_filters_and_pages_stand_in_the_address(desk):
    _send(desk, 12)
    with desk.database.reading() as session:
        singles = session.scalars(
            select(QuestionVersion.id).where(
                QuestionVersion.status == "in_review", QuestionVersion.type == "single"
            )
        ).all()
    desk.enter("reviewer")
    page = desk.client.get("/questions/review?type=single&bank=1").text
    assert len(singles) and page.count('type="checkbox"') == len(singles)
    author = desk.people["editor"]
    assert desk.client.get(f"/questions/review?author={author}").text.count('type="checkbox"') == 12
    assert "没有待审的题" in desk.client.get("/questions/review?author=1").text
    assert "没有待审的题" in desk.client.get("/questions/review?since=2030-01-01").text
    assert desk.client.get("/questions/review?since=x&bank=y&author=-&page=0").status_code == 200


def test_a_question_on_an_open_paper_of_the_reviewer_is_not_shown_with_its_key(desk):
    desk.enter("reviewer")
    sheet = desk.post(f"/windows/{desk.window_id}/start").location
    assert sheet
    with desk.database.writing() as session:
        version = session.scalars(
            select(QuestionVersion)
            .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
            .where(QuestionVersion.type == "single")
        ).first()
        version.status, version.recorded_by = "in_review", desk.people["editor"]
        number = version.id
    page = desk.client.get("/questions/review").text
    assert "这道题在您还没有交的试卷上" in page and "is-right" not in page
    assert desk.post("/questions/review", version=str(number), action="approved").status_code == 409


def test_who_submitted_sees_beside_the_banks_how_many_came_back(desk):
    (version,) = _send(desk, 1)
    desk.enter("editor")
    assert "题退回" not in desk.client.get("/banks").text
    desk.enter("reviewer")
    desk.post("/questions/review", version=str(version), action="returned", comment="缺依据")
    desk.enter("editor")
    assert "有 1 题退回" in desk.client.get("/banks").text
