"""意见箱: what people say is answered once, by somebody else who reaches their unit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.notices.models import Notice
from learnapp.db.operations.feedback import count_open
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.services.operations import feedback


@pytest.fixture
def item(office):
    return feedback.say(office.caller("officer"), " 周五的题太多\r\n了 ")


def test_an_answer_closes_the_item_and_its_person_is_told(office, item):
    admin = office.caller("admin")
    ((row, name),) = feedback.open_items(admin)
    assert (row.text, name) == ("周五的题太多\n了", "officer甲") and count_open(admin).count == 1
    with pytest.raises(RuleBroken):
        feedback.answer(admin, item, " ")
    assert feedback.answer(admin, item, "下月起减到二十题")
    assert not feedback.answer(admin, item, "又一次")
    assert feedback.open_items(admin) == []
    (said,) = feedback.written_by(office.caller("officer"))
    assert said.answer == "下月起减到二十题" and feedback.written_by(office.caller("other")) == []
    (notice,) = office.session.scalars(select(Notice))
    assert (notice.code, notice.person_id) == ("feedback_answered", office.staff["officer"])


def test_nobody_answers_their_own_and_nobody_beyond_their_reach(office, item):
    own = office.appoint("officer", Role.LIAISON)
    assert feedback.open_items(own) == []
    with pytest.raises(Forbidden):
        feedback.answer(own, item, "自己答")
    with pytest.raises(Forbidden):
        feedback.answer(office.caller("other"), item, "无权")
    office.add_branch()
    with pytest.raises(NotFound):
        feedback.answer(office.caller("local"), item, "够不着")


def test_an_empty_item_is_refused(office):
    with pytest.raises(RuleBroken):
        feedback.say(office.caller("officer"), " \n ")
