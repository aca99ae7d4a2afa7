"""Notices: kept, counted while unread, and not said before what they say may be known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.exams.models import Exam
from learnapp.db.notices.outbox import notify
from learnapp.domain.exams.exams import Release
from learnapp.services.exams import auto_marking
from learnapp.services.notices import inbox
from tests.services.refusals import refused
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)  # the exam's window has closed


def _tell(office, title, login="officer", code="completion_withdrawn", **more):
    notify(office.session, NOW, office.staff[login], code, {"title": title, **more})
    office.session.flush()


def _titles(office, login="officer", now=NOW):
    found = inbox.notices_of(office.caller(login, now))
    return [each.notice.params["title"] for each in found]


def test_a_person_has_their_own_unread_notices_newest_first(office):
    for title, login in (("第一篇", "officer"), ("第二篇", "officer"), ("别人的", "other")):
        _tell(office, title, login)
    assert _titles(office) == ["第二篇", "第一篇"]
    assert inbox.count_unread(office.caller("officer")) == 2


def test_a_read_notice_is_kept_on_its_page(office):
    for title in ("第一篇", "第二篇"):
        _tell(office, title)
    (newest, _) = inbox.notices_of(office.caller("officer"))
    inbox.dismiss(office.caller("officer"), newest.notice.id)
    inbox.dismiss(office.caller("officer", OVER), newest.notice.id)
    assert newest.notice.read_at == NOW  # when it was read first
    assert _titles(office) == ["第一篇"]
    page, more = inbox.page_of(office.caller("officer"), 1, 1)
    assert [each.notice for each in page] == [newest.notice] and more
    assert not inbox.page_of(office.caller("officer"), 2, 1)[1]
    assert inbox.read_all(office.caller("officer")) == 1
    assert inbox.read_all(office.caller("officer")) == 0


def test_nobody_puts_aside_what_somebody_else_was_told(office):
    _tell(office, "别人的", "other")
    (theirs,) = inbox.notices_of(office.caller("other"))
    with refused("notice_unknown"):
        inbox.dismiss(office.caller("officer"), theirs.notice.id)
    assert inbox.read_all(office.caller("officer")) == 0
    assert inbox.count_unread(office.caller("other")) == 1


@pytest.fixture
def regraded(office):
    """The officer's attempt, whose marks are released by hand, with a notice of its changed total."""
    office.session.get_one(Exam, office.exam_id).release = Release.BY_HAND
    public_id = office.hand_in("officer")
    _tell(office, "周测", code="regraded", attempt=public_id)
    return public_id


def test_a_changed_total_waits_until_marks_may_be_seen(office, regraded):
    assert _titles(office, now=OVER) == []
    assert inbox.count_unread(office.caller("officer", OVER)) == 0
    assert inbox.read_all(office.caller("officer", OVER)) == 0
    auto_marking.release(office.caller(now=OVER), office.exam_id)
    office.session.flush()
    assert _titles(office, now=OVER) == ["周测"]
    assert inbox.count_unread(office.caller("officer", OVER)) == 1


def test_that_a_report_was_answered_is_told_at_once_and_what_is_right_with_the_key(office):
    public_id = office.hand_in("officer")
    _tell(office, "答复", code="report_answered", attempt=public_id)
    for now, whole in ((office.early, False), (OVER, True)):
        (told,) = inbox.notices_of(office.caller("officer", now))
        assert told.whole is whole
