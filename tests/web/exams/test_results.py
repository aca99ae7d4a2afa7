"""What a result tells and when: the total first, the questions with the key, the wrong ones at the top."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import KeyRevision, QuestionVersion, VersionMedia
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Permission, Role
from learnapp.domain.exams.exams import Release, WindowKind
from learnapp.services.exams import exams, key_correction, result_visibility
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from question_bank.editing import to_fields
from tests.rulings import KEEPS, VOID_FULL, VOID_OUT, replaced_by
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)
# Whatever tells of a single question whether it was right, or what is.
GIVEN_AWAY = (
    "o-right",
    "o-wrong",
    "o-partial",
    "is-right",
    "is-wrong",
    "正确答案",
    "参考答案",
    "解析",
    "出处：",
    "答对",
    "答错",
    "得分",
    "没有答对",
)

REPLY = {
    "acknowledged",
    "refused",
    "max_seq",
    "remaining_s",
    "attempt_state",
    "result_url",
}


def sit(home, right: int = 3) -> str:
    """Hand in a paper with the first `right` closed questions right, the others wrong."""
    path = home.post(f"/windows/{home.window_id}/start").location
    with home.database.reading() as session:
        rows = session.execute(
            select(
                PaperQuestion.ordinal,
                PaperQuestion.type,
                PaperQuestion.option_order,
                KeyRevision.key,
            )
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .join(KeyRevision, KeyRevision.version_id == PaperQuestion.version_id)
            .where(Attempt.public_id == path.rpartition("/")[2])
            .order_by(PaperQuestion.ordinal)
        ).all()
    events = []
    for seq, row in enumerate(rows, 1):
        if not row.option_order:
            continue
        wrong = next([each] for each in row.option_order if [each] != row.key["options"])
        chosen = row.key["options"] if len(events) < right else wrong
        events.append(
            {
                "event_id": str(uuid.uuid4()),
                "seq": seq,
                "question": row.ordinal,
                "response": {"options": chosen},
                "flagged": False,
            }
        )
    reply = home.client.post(
        f"{path}/submit", json={"events": events}, headers={"X-CSRFToken": home.token()}
    )
    assert set(reply.json) == REPLY
    return path


def order(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'<article class="answered" id="q(\d+)"', page)]


def outcomes(page: str) -> list[str]:
    return re.findall(r"outcome-word o-(\w+)", page)


def test_before_the_key_only_the_total_is_told_with_ones_own_answers(home):
    home.enter("officer")
    path = sit(home)
    page = home.client.get(f"{path}/result").text
    main = page[page.index("<main") : page.index("</main>")]
    main = main.replace("各题对错、正确答案和解析在", "")  # the sentence that says when they come
    assert [each for each in GIVEN_AWAY if each in main] == []
    assert "<b>30</b> / 100" in re.sub(r"\s+", " ", main) and "现在只公布总分" in main
    assert main.count("我的选择") >= 6 and order(page) == list(range(1, 11))
    assert not re.search(r"\d+ / 10 分", main) and "错题" not in main
    assert home.client.get(f"{path}/result?show=wrong").text.count('class="answered"') == 10


def test_with_the_key_wrong_ones_come_first_and_can_be_had_alone(home):
    home.enter("officer")
    path = sit(home)
    home.clock.instant = OVER
    whole = home.client.get(f"{path}/result").text
    missed = [each in ("wrong", "partial") for each in outcomes(whole)]
    assert missed == sorted(missed, reverse=True) and missed.count(False) == 3
    count = missed.count(True)
    assert order(whole) != sorted(order(whole))
    assert order(whole)[:count] == sorted(order(whole)[:count])
    assert order(whole)[count:] == sorted(order(whole)[count:])
    assert "正确答案" in whole and "解析" in whole
    link = re.search(r'href="([^"]+\?show=wrong)"[^>]*>\s*错题 (\d+)', whole)
    assert int(link.group(2)) == count
    alone = home.client.get(link.group(1)).text
    assert order(alone) == order(whole)[:count]
    assert 'aria-current="true"' in alone


def test_a_report_is_answered_at_its_question(home):
    home.enter("officer")
    path = sit(home)
    done = home.post(f"{path}/questions/4/report", text="第二项也对")
    assert done.status_code == 303 and done.location == f"{path}/result#report-4"
    page = home.client.get(f"{path}/result").text
    said = page[page.index('id="q4"') : page.index('id="q5"')]
    assert re.search(r'id="report-4" tabindex="-1"', said)
    assert "第二项也对" in said and "已收到" in said and page.count("第二项也对") == 1
    refused = home.post(f"{path}/questions/5/report", text="  ")
    assert refused.status_code == 422
    said = refused.text[refused.text.index('id="q5"') : refused.text.index('id="q6"')]
    assert "请写明哪里不对" in said and "autofocus" in said


def way_back_by(home, source: str) -> None:
    """A way back is open, and every question cites this source."""
    with home.database.writing() as session:
        exam = session.get_one(Exam, home.exam_id)
        exams.add_window(
            Caller(session, SYSTEM, NOW), exam, WindowKind.REMEDIAL, NOW, NOW + timedelta(days=9)
        )
        for version in session.scalars(select(QuestionVersion)):
            version.source = source


def test_the_way_back_tells_of_no_answer_whether_it_was_wrong_before_the_key(home):
    way_back_by(home, "《读物》")
    home.enter("officer")
    sit(home)
    place = f"/exams/{home.exam_id}/way-back"
    before = home.client.get(place).text
    assert "道错题" not in before and "整份试卷" in before
    home.clock.instant = OVER
    assert "道错题" in home.client.get(place).text


def test_a_question_about_which_there_is_nothing_to_read_says_so_at_itself(home):
    with home.database.writing() as session:
        for version in session.scalars(select(QuestionVersion)):
            version.source = version.law = "《外星法》第九条"
            version.category = ""
    home.enter("officer")
    path = sit(home)
    home.clock.instant = OVER
    reply = home.client.get(f"{path}/questions/1/read")
    assert reply.location == f"{path}/result#told"
    page = home.client.get(f"{path}/result").text
    assert page.index('id="q1"') < page.index("没有讲这道题依据的篇目") < page.index('id="q2"')


def test_a_way_back_for_which_there_is_nothing_to_read_does_not_look_finished(home):
    way_back_by(home, "《外星法》第九条")
    home.enter("officer")
    sit(home)
    place = f"/exams/{home.exam_id}/way-back"
    before = home.client.get(place).text
    assert "没有找到可读的内容" in before and "10 道题在学习材料里没有找到依据" in before
    assert "外星法" not in before and "可以再答一份试卷" not in before
    home.clock.instant = OVER
    after = home.client.get(place).text
    assert re.search(r"第 \d+ 题：《外星法》第九条", after) and "可以再答一份试卷" not in after


def test_a_changed_total_is_told_when_marks_may_be_seen(home):
    with home.database.writing() as session:
        session.get_one(Exam, home.exam_id).release = Release.AT_CLOSE
    home.enter("officer")
    path = sit(home)
    with home.database.writing() as session:
        admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        place = session.scalars(
            select(PaperQuestion)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == path.rpartition("/")[2], PaperQuestion.type == "true_false")
            .order_by(PaperQuestion.ordinal)
        ).first()
        version = version_in_reach(
            Caller(session, admin, NOW), place.version_id, Permission.KEY_REVISE
        )
        turned = "错" if to_fields(version.data).answer in ("对", "正确", "A", "√") else "对"
        key_correction.revise(
            Caller(session, admin, home.clock.now()), place.version_id, replaced_by(turned), KEEPS
        )
    assert "答案改正了" not in home.client.get("/week").text
    home.clock.instant = OVER
    told = home.client.get("/week").text
    assert f"第 {place.ordinal} 题的答案改正了" in told


def void(home, path, wanted):
    """The last single choice of the officer's paper, which is wrong, is void; its place."""
    with home.database.writing() as session:
        admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        place = session.scalars(
            select(PaperQuestion)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == path.rpartition("/")[2], PaperQuestion.type == "single")
            .order_by(PaperQuestion.ordinal.desc())
        ).first()
        key_correction.revise(
            Caller(session, admin, home.clock.now()), place.version_id, wanted, KEEPS
        )
        return place.ordinal


@pytest.mark.parametrize(
    ("wanted", "sentence"), [(VOID_FULL, "都得满分"), (VOID_OUT, "满分和合格线都已扣除")]
)
def test_a_void_question_is_told_with_the_key_and_not_before(home, wanted, sentence):
    with home.database.writing() as session:
        session.get_one(Exam, home.exam_id).release = Release.AT_ONCE
    home.enter("officer")
    path = sit(home, right=0)
    ordinal = void(home, path, wanted)
    early = home.client.get("/week").text + home.client.get(f"{path}/result").text
    assert "此题作废" not in early and f"第 {ordinal} 题作废" not in early
    home.clock.instant = OVER
    page = home.client.get(f"{path}/result").text
    assert "此题作废" in page and sentence in page
    assert f"第 {ordinal} 题作废" in home.client.get("/week").text


def test_staff_who_sit_see_no_key_of_their_open_paper_in_the_bank(home):
    with home.database.writing() as session:
        line = default_line(session)
        roles.grant(
            Caller(session, SYSTEM, NOW),
            home.people["officer"],
            NewGrant(Role.ADMIN, home.unit_id, line.id, date(2026, 1, 1)),
        )
    home.enter("officer")
    path = home.post(f"/windows/{home.window_id}/start").location
    with home.database.reading() as session:
        version_id = session.scalar(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == path.rpartition("/")[2])
        )
    for page in ("", "/edit", "/key"):
        assert home.client.get(f"/questions/{version_id}{page}").status_code == 409, page
    assert home.client.get("/banks/1/export/xlsx").status_code == 409
    assert home.client.get("/banks/1/export/paper").status_code == 200
    with home.database.writing() as session:
        session.get_one(QuestionVersion, version_id).source = "《某法》第九条"
    assert "《某法》第九条" not in _bank(home)
    home.post(f"{path}/submit", confirmed="1")
    assert home.client.get(f"/questions/{version_id}").status_code == 200
    assert "《某法》第九条" in _bank(home)


def _bank(home) -> str:
    return "".join(home.client.get(f"/banks/1?page={page}").text for page in (1, 2, 3))


def test_a_marker_is_shown_no_reference_of_a_question_on_their_own_open_paper(home):
    with home.database.writing() as session:
        of_type: dict[str, int] = {}
        for version in session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)):
            of_type[version.type] = of_type.get(version.type, 0) + 1
            if of_type[version.type] > 2:  # everybody has the same questions
                version.status = "retired"
    home.enter("officer")
    path = home.post(f"/windows/{home.window_id}/start").location
    names = re.findall(r'<textarea class="written" name="(q\d+)"', home.client.get(path).text)
    home.post(f"{path}/submit", do="save", **dict.fromkeys(names, "写了一些"))
    home.post(f"{path}/submit", confirmed="1")
    home.enter("marker")
    assert "写了一些" in home.client.get("/marking").text
    mine = home.post(f"/windows/{home.window_id}/start").location
    assert "写了一些" not in home.client.get("/marking").text
    home.post(f"{mine}/submit", confirmed="1")
    assert "写了一些" in home.client.get("/marking").text


def test_a_picture_of_an_explanation_comes_with_the_key(home):
    home.enter("officer")
    path = sit(home)
    shown, told = "a" * 64, "b" * 64
    with home.database.writing() as session:
        version = session.scalars(
            select(QuestionVersion)
            .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == path.rpartition("/")[2])
        ).first()
        version.stem = [{"p": [{"t": "看图"}, {"media": shown, "alt": "图"}]}]
        version.explanation = [{"p": [{"media": told, "alt": "图"}]}]
        session.add_all(
            VersionMedia(version_id=version.id, sha256=each, media_type="image/png")
            for each in (shown, told)
        )
    from learnapp.services.bank.media import media_type

    me = Actor(home.people["officer"])
    for now, both in ((home.clock.now(), False), (OVER, True)):
        with home.database.reading() as session:
            assert media_type(Caller(session, me, now), shown) == "image/png"
            if both:
                assert media_type(Caller(session, me, now), told) == "image/png"
            else:
                with pytest.raises(Exception, match="picture_unknown"):
                    media_type(Caller(session, me, now), told)


def test_the_notebook_and_practice_say_which_exam_holds_how_many_back_and_until_when(home):
    home.enter("other")
    sit(home)
    home.enter("officer")
    page = home.client.get("/practice").text
    assert re.search(r"“周测”各人的试卷上共有这里的 10 题，\d+月\d+日.*之后再练", page)
    home.clock.instant = OVER
    assert "之后再练" not in home.client.get("/practice").text


def test_the_blueprint_page_says_what_is_known_of_each_row_and_what_was_shown(home):
    home.enter("admin")
    page = home.client.get("/banks/1/blueprints").text
    assert "没有实测" in page and "标准差" in page and "平均看过其中 0.0%" in page
    home.enter("officer")
    sit(home)
    home.clock.instant = OVER
    with home.database.writing() as session:
        assert result_visibility.settle(session, OVER, home.exam_id)
    home.enter("admin")
    assert "平均看过其中 0.0%" not in home.client.get("/banks/1/blueprints").text
