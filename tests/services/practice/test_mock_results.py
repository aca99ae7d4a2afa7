"""What came of a mock exam: marks, keys, and what an exam that began meanwhile withholds."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.domain.core.errors import Conflict
from learnapp.services.exams import attempt_start
from learnapp.services.practice import mock_exams, mock_results
from tests.services.practice.test_mock_exams import _begin, _first_options


def _answered(office):
    caller, public_id = office.caller("officer"), _begin(office)
    mock_exams.receive(caller, public_id, _first_options(mock_exams.sheet_of(caller, public_id)))
    return caller, public_id


def test_a_result_waits_for_the_end_and_then_has_each_answer_beside_its_key(office):
    caller, public_id = _answered(office)
    with pytest.raises(Conflict, match="mock_open"):
        mock_results.result_of(caller, public_id)
    mock_exams.hand_in(caller, public_id)
    found = mock_results.result_of(caller, public_id)
    judged = [each for each in found.outcomes if each.feedback]
    assert len(judged) == 6 and all(each.feedback.revision.key for each in judged)
    assert found.score.awarded == sum(each.awarded or 0 for each in found.outcomes)
    assert (found.score.full, found.score.unjudged) == (10_000, 0)
    assert not any(each.withheld for each in found.outcomes)
    assert [each.over for each in mock_results.own_mocks(caller)] == [True]


def test_what_an_exam_that_began_meanwhile_asks_has_no_key_and_no_marks(office):
    caller, public_id = _answered(office)
    sheet = mock_exams.sheet_of(caller, public_id)
    event = sheet.places[0].event_id
    later = office.caller("officer", office.early)
    attempt_start.start(office.caller("other", office.early), office.window_id, "5eed")
    place = office.session.scalars(select(PaperQuestion).where(PaperQuestion.type == "single"))
    # The same question is asked of somebody in the exam now.
    twin = place.first().version_id
    paper = [list(row) for row in sheet.mock.paper]
    sheet.mock.paper = [[twin, event, *paper[0][2:]], *paper[1:]]
    own = mock_exams.sheet_of(caller, public_id).places[0]
    answer = [9, event, {"options": own.option_order[:1]}, False]
    sheet.mock.answers = sheet.mock.answers | {"1": answer}
    mock_exams.hand_in(later, public_id)
    found = mock_results.result_of(later, public_id).outcomes[0]
    assert found.withheld and found.feedback is None and found.awarded is None
