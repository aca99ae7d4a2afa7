"""Answers posted by a form without JavaScript: what is new is kept, nothing newer is erased."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta

import pytest

from learnapp.db.exams import attempts as attempt_queries
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.answers import GRACE, EventState
from learnapp.services.exams import attempt_results, attempt_start, plain_form
from learnapp.services.exams.plain_form import PlainAnswer, base_of
from tests.services.conftest import EARLY

IDS = (str(uuid.UUID(int=n)) for n in itertools.count(1))
MINUTE = timedelta(minutes=1)


class Page:
    """An attempt of the officer, whose form is served as it is held and posted back."""

    def __init__(self, office) -> None:
        self.office = office
        caller = office.caller("officer", EARLY)
        self.public_id = attempt_start.start(caller, office.window_id, "5eed").public_id
        self.sheet = attempt_results.open_sheet(office.session, caller.actor, self.public_id)
        self.written = self._place("short_answer")
        self.single = self._place("single")

    def _place(self, kind: str) -> int:
        return next(each.ordinal for each in self.sheet.places if each.type == kind)

    def held(self):
        return attempt_queries.answers_of(self.office.session, self.sheet.head.id)

    def field(self, question: int, response, base=None) -> PlainAnswer:
        return PlainAnswer(next(IDS), question, response, False, base)

    def base(self, question: int):
        return base_of(self.held()[question])

    def post(self, *fields: PlainAnswer, now=EARLY):
        return plain_form.receive_plain(self.office.caller("officer", now), self.public_id, fields)


@pytest.fixture
def page(office) -> Page:
    return Page(office)


def text(words: str) -> dict[str, str]:
    return {"text": words}


def test_a_new_answer_is_kept_and_the_page_posted_again_adds_nothing(page):
    first = page.post(page.field(page.written, text("依法")), page.field(page.single, None))
    assert (first.saved, first.late, first.whole) == (1, 0, True)
    base = page.base(page.written)
    again = page.post(page.field(page.written, text("依法"), base))
    assert again.received.acknowledged == [] and again.whole
    assert page.base(page.written) == base


def test_a_change_on_the_page_as_it_is_held_takes_the_answers_place(page):
    page.post(page.field(page.written, text("依法")))
    page.post(page.field(page.written, text("依法及时"), page.base(page.written)))
    assert page.held()[page.written].response == text("依法及时")
    page.post(page.field(page.written, None, page.base(page.written)))
    assert page.held()[page.written].response is None


def test_a_change_on_an_older_page_is_left_alone_and_named(page):
    page.post(page.field(page.written, text("第一")))
    old = page.base(page.written)
    page.post(page.field(page.written, text("第二"), old))
    unchanged = page.post(page.field(page.written, text("第一"), old))
    assert unchanged.whole and unchanged.saved == 0
    changed = page.post(page.field(page.written, text("第三"), old))
    assert changed.stale == [page.written] and not changed.whole
    assert page.held()[page.written].response == text("第二")


def test_an_answer_that_does_not_fit_is_refused_at_its_question_and_the_rest_is_saved(page):
    found = page.post(
        page.field(page.single, {"options": ["nowhere"]}),
        page.field(page.written, text("依法")),
        page.field(999, text("没有这一题")),
    )
    assert set(found.refused) == {page.single, 999}
    assert found.refused[999] == "unknown_question"
    assert (found.saved, found.whole) == (1, False)


def test_what_comes_after_the_deadline_is_kept_and_counted_as_late(page):
    over = page.sheet.head.deadline + GRACE + MINUTE
    found = page.post(page.field(page.written, text("晚了")), now=over)
    assert [state for _, state in found.received.acknowledged] == [EventState.AFTER_DEADLINE]
    assert (found.saved, found.late) == (0, 1)
    assert page.held() == {}


def test_nobody_posts_into_the_attempt_of_another(page, office):
    with pytest.raises(NotFound):
        plain_form.receive_plain(office.caller("other", EARLY), page.public_id, [])
