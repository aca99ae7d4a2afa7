"""One's own marks: of exams whose marks may be seen, and where to read about a question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import Exam
from learnapp.db.study.models import Portion
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.exams import Release
from learnapp.services.exams import attempt_results, own_marks, remediation
from tests.small_office import NOW


def _titles(office, login="officer", now=None):
    found = own_marks.marks_of(office.caller(login, now or office.early))
    return [(each.title, each.awarded, each.passed) for each in found]


def test_a_mark_is_listed_once_its_person_may_see_it(office):
    assert _titles(office) == []
    office.session.get_one(Exam, office.exam_id).release = Release.BY_HAND
    office.hand_in("officer")
    assert _titles(office) == []
    office.session.get_one(Exam, office.exam_id).release = Release.AT_ONCE
    office.session.flush()
    assert _titles(office) == [("周测", 0, False)]
    assert _titles(office, "other") == []


def test_where_to_read_about_a_question_is_said_with_its_key_and_not_before(office):
    public_id = office.hand_in("officer")
    for now, open_ in ((office.early, False), (NOW + timedelta(days=2), True)):
        caller = office.caller("officer", now)
        head = attempt_results.head_of(office.session, caller.actor, public_id)
        if not open_:
            with pytest.raises(NotFound):
                remediation.place_behind(caller, head, 1)
            continue
        place = remediation.place_behind(caller, head, 1)
        portions = set(office.session.scalars(select(Portion.id)))
        assert place.portion_id in portions | {None} and place.section >= 1
        with pytest.raises(NotFound):
            remediation.place_behind(caller, head, 99)
