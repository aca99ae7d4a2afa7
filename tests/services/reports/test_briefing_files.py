"""What stands round a notice and a briefing in their documents."""

from __future__ import annotations

import io

from docx import Document

from learnapp.reports import briefing_document
from learnapp.services.reports import briefing_files, briefings, plan_notices
from learnapp.services.reports.briefing_files import Copy
from learnapp.wording.briefings import OwnWords
from tests.services.reports.month import READER, wanted


def test_a_notice_has_its_addressee_above_and_unit_and_day_below(office):
    words = OwnWords(next_steps="按时完成。", to="各科室")
    row = plan_notices.draft(office.caller("head"), wanted(office), words)
    briefings.issue(office.caller("head"), row.id, briefings.mark(row))
    copy = Copy("zh", "云岭市委政法委", READER.today, proof=False)
    name = briefing_files.template_name(row)
    assert (
        name == "plan_notice.docx" and briefing_files.name_of("zh", row) == "2026年11月 月计划通知"
    )
    data = briefing_files.document_of(briefing_document.default_plan_template(), row, copy)
    paper = Document(io.BytesIO(data))
    texts = [each.text for each in paper.paragraphs if each.text]
    assert texts[:2] == ["2026年11月日学周测月考学习计划的通知", "各科室："]
    assert "云岭市委政法委" in texts and "2026年11月23日" in texts
    assert texts[-1] == f"校验码 {row.check_code}"
    assert [cell.text for cell in paper.tables[0].rows[0].cells][:2] == ["周次", "日期"]
