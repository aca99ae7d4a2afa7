"""提醒函 as a document: to whom, why, by when, when it is closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from learnapp.db.notices.models import Chase
from learnapp.domain.progress.figures import Counts
from learnapp.services.notices.chase_letter import letter
from learnapp.services.notices.chasing import ChaseLine

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_a_letter_says_what_is_asked_and_when_it_is_closed():
    row = Chase(
        kind="letter", reason="请补学。", condition="behind", target=0,
        due_on=date(2026, 12, 9), drafted_at=AT, issued_at=AT,
    )  # fmt: skip
    line = ChaseLine(row, "东城分局", "第一阶段", "王某", "李某", "")
    text = letter("zh", line, Counts())
    assert text.title == "提醒函（第一阶段）" and text.closing == ["12月1日 周二"]
    said = [each for section in text.sections for each in section.paragraphs]
    assert said[:2] == ["东城分局：", "请补学。"] and "12月9日" in said[2] and "王某" in said[2]
