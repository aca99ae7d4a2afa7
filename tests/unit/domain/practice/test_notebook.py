"""When a mistake comes back, when it is mastered, which topics are weak; what a section treats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.exams.remediation import Citation, citations, cites_any, law_cited, of_category
from learnapp.domain.practice.notebook import MASTERED, Recall, Topic, recalled, topics

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_mistake_is_due_the_next_day_and_a_right_answer_before_that_changes_nothing():
    memory = recalled(None, Recall.WRONG, AT)
    assert memory.due_at == AT + DAY
    assert recalled(memory, Recall.KNOWN, AT + DAY / 2) == memory


def test_right_answers_at_their_time_lead_to_mastery_and_a_wrong_one_leads_back():
    memory, answers = recalled(None, Recall.WRONG, AT), 0
    while not memory.mastered:
        before = memory.due_at - memory.reviewed_at
        memory = recalled(memory, Recall.KNOWN, memory.due_at)
        assert memory.due_at - memory.reviewed_at > before
        answers += 1
        assert answers < 12
    assert answers >= 3  # nobody masters a question by one lucky day
    assert memory.due_at - memory.reviewed_at >= MASTERED
    again = recalled(memory, Recall.WRONG, memory.reviewed_at + DAY)
    assert (
        not again.mastered and again.due_at - again.reviewed_at < memory.due_at - memory.reviewed_at
    )


def test_an_unsure_answer_comes_back_sooner_than_a_known_one():
    memory = recalled(None, Recall.WRONG, AT)
    unsure = recalled(memory, Recall.UNSURE, memory.due_at)
    known = recalled(memory, Recall.KNOWN, memory.due_at)
    assert unsure.due_at < known.due_at and not unsure.mastered


def test_a_clock_that_went_back_does_not_break_the_schedule():
    memory = recalled(None, Recall.WRONG, AT)
    assert recalled(memory, Recall.WRONG, AT - DAY).reviewed_at == AT


def test_a_topic_is_weak_with_answers_enough_and_right_ones_too_few():
    assert not Topic("刑法", 4, 0).is_weak
    assert Topic("刑法", 5, 2).is_weak
    assert not Topic("刑法", 5, 3).is_weak
    answers = [("刑法", n > 3) for n in range(6)] + [("民法", True)] * 3
    assert [t.category for t in topics(answers)] == ["刑法", "民法"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("《中华人民共和国刑法》第二十条", {("刑法", "20")}),
        ("《中华人民共和国刑法》第十七条第三款", {("刑法", "17")}),
        (
            "《行政诉讼法》第三十四条、第三十五条、第37条",
            {("行政诉讼法", n) for n in ("34", "35", "37")},
        ),
        ("《刑法》第一百三十三条之一", {("刑法", "133.1")}),
        ("《人民警察法》", {("人民警察法", None)}),
        ("《法官法（2019修订）》第十条，《刑法》第二十条", {("法官法", "10"), ("刑法", "20")}),
        ("教材第三章", set()),
    ],
)
def test_a_source_is_read_as_laws_and_articles(source, found):
    assert citations(source) == {Citation(*each) for each in found}


def test_a_section_treats_an_article_that_it_names_with_its_law():
    html = "<p>刑法第二十条规定了正当防卫。第一款讲什么是正当防卫。</p><p>民法典第一百八十一条另有规定。</p>"
    assert cites_any("正当防卫", html, citations("《中华人民共和国刑法》第二十条"))
    assert cites_any("正当防卫", html, citations("《中华人民共和国民法典》第一百八十一条"))
    assert not cites_any("正当防卫", html, citations("《中华人民共和国刑法》第二十一条"))
    assert not cites_any("正当防卫", html, citations("《中华人民共和国刑事诉讼法》第二十条"))
    assert cites_any("学习人民警察法", "<p>正文</p>", citations("《人民警察法》"))


@pytest.mark.parametrize(
    ("question", "reading", "same"),
    [
        (("刑法", "总则"), "刑法", True),
        (("刑法", "总则"), "刑法／总则", True),
        (("刑法",), "刑法/总则", True),
        (("刑法", "总则"), "刑法/分则", False),
        (("刑法", "总则"), "法治教育", False),
        (("刑法",), "", False),
        ((), "刑法", False),
        (("",), "", False),
    ],
)
def test_a_reading_is_of_a_questions_category_or_of_one_above_or_below_it(question, reading, same):
    assert of_category(question, reading) is same


def test_the_name_of_a_law_beside_a_question_means_the_law_as_a_whole():
    assert law_cited("中华人民共和国刑法") == {Citation("刑法", None)}
    assert law_cited("《刑法》第二十条") == {Citation("刑法", "20")}
    assert law_cited(" ") == set()
