"""The articles of laws that a person may read: from the laws among what is asked of them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from learnapp.db.study.models import ReadingSection, ReadingVersion
from learnapp.domain.exams.remediation import Citation
from learnapp.services.study.law_texts import articles_for

ARTICLE, OTHER, ABSENT = Citation("刑法", "20"), Citation("民法典", "20"), Citation("刑法", "9")


@pytest.fixture
def law(office):
    text = "<p>第二十条　为了使国家利益免受侵害，属于正当防卫。</p>"
    office.session.execute(update(ReadingVersion).values(title="中华人民共和国刑法（节选）"))
    office.session.execute(
        update(ReadingSection).where(ReadingSection.ordinal == 1).values(html=text)
    )
    return office


def test_an_article_is_found_in_the_law_that_is_asked_of_the_reader(law):
    found = articles_for(law.caller("officer", law.early), {ARTICLE, OTHER, ABSENT})
    assert found == {ARTICLE: "为了使国家利益免受侵害，属于正当防卫。"}


def test_nothing_is_found_by_who_may_not_read_the_law_nor_for_a_law_as_a_whole(law):
    assert articles_for(law.caller("root", law.early), {ARTICLE}) == {}
    assert articles_for(law.caller("officer", law.early), {Citation("刑法", None)}) == {}
