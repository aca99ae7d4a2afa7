"""When a mistake comes back, when it is mastered, which topics are weak."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
