"""A frozen report as a document: the sentence of its page, and who signed it."""

from __future__ import annotations

from learnapp.services.reports import weekly
from learnapp.services.reports.weekly_text import official_text
from learnapp.wording.reports import report_texts
from tests.services.reports.test_freezing import MONDAY
from tests.services.reports.test_weekly import _freeze


def test_a_document_says_what_the_page_says_and_who_signed(office):
    issue_id, head = _freeze(office), office.caller("head", MONDAY)
    page = weekly.of_unit(head, issue_id, office.unit_id)
    text = official_text("zh", page)
    assert report_texts("zh", page.report).sentence in text.sections[0].paragraphs
    assert text.closing[-1] == "未签发"
    weekly.comment(head, issue_id, office.unit_id, "下周补齐。")
    weekly.sign(head, issue_id, office.unit_id)
    text = official_text("zh", weekly.of_unit(head, issue_id, office.unit_id))
    assert text.sections[-1].paragraphs == ["下周补齐。（head甲）"]
    assert text.closing[-1].startswith("签发：head甲")
