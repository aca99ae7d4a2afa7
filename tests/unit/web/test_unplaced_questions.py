"""A question for which there is nothing to read: named by the most that is known of it."""

from __future__ import annotations

import pytest

from learnapp.services.exams.remediation import Unplaced
from learnapp.web.exams.remediation import _unplaced


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (Unplaced(3, "《外星法》第九条", "刑法/总则"), "第 3 题：《外星法》第九条"),
        (Unplaced(4, "", "刑法/总则"), "第 4 题：没有写依据，章节是 刑法/总则"),
        (Unplaced(5, "", ""), "第 5 题：没有写依据，也没有章节"),
        (Unplaced(6, "满分 100%(n)s", ""), "第 6 题：满分 100%(n)s"),
    ],
)
def test_a_question_is_named_by_its_source_else_by_its_chapter_else_as_having_neither(
    question: Unplaced, text: str
) -> None:
    assert _unplaced(question) == text
