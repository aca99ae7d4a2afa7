"""When a mistake comes back, when it is mastered, which topics are weak."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from learnapp.domain.practice.notebook import (
    ENOUGH_ANSWERS,
    LEAST_PEOPLE,
    MASTERED,
    WEAK_BELOW,
    Memory,
    Recall,
    Topic,
    recalled,
    topics,
)

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


def test_a_question_is_mastered_when_it_is_known_for_three_weeks():
    def memory(days: float, recall: Recall = Recall.KNOWN) -> Memory:
        return Memory(30.0, 5.0, AT, AT + timedelta(days=days), recall)

    assert timedelta(days=21) == MASTERED
    assert memory(21).mastered and not memory(20.9).mastered
    assert not memory(30, Recall.UNSURE).mastered


def test_an_answer_at_its_time_counts_and_one_a_moment_before_does_not():
    memory = recalled(None, Recall.KNOWN, AT)
    assert recalled(memory, Recall.KNOWN, memory.due_at - timedelta(microseconds=1)) is memory
    later = recalled(memory, Recall.KNOWN, memory.due_at)
    assert (later.reviewed_at, later.recall) == (memory.due_at, Recall.KNOWN)
    assert recalled(memory, Recall.WRONG, AT + DAY / 4).reviewed_at == AT + DAY / 4


def test_the_schedule_is_made_again_from_the_same_answers_and_never_beyond_a_year():
    def after(count: int) -> Memory:
        memory = recalled(None, Recall.KNOWN, AT)
        for _ in range(count):
            memory = recalled(memory, Recall.KNOWN, memory.due_at)
        return memory

    assert after(4) == after(4)
    known = after(12)
    assert known.due_at - known.reviewed_at == timedelta(days=365)


def test_a_schedule_comes_out_as_it_did_years_ago():
    memory = recalled(None, Recall.WRONG, AT)
    days = []
    for recall in (Recall.KNOWN, Recall.UNSURE, Recall.KNOWN, Recall.WRONG, Recall.KNOWN):
        memory = recalled(memory, recall, memory.due_at)
        days.append((memory.due_at - memory.reviewed_at).days)
    assert days == [2, 5, 11, 1, 2]


def test_weak_topics_come_first_the_weakest_at_the_top_then_those_answered_most():
    def answers(category: str, right: int, wrong: int) -> list[tuple[str, bool]]:
        return [(category, True)] * right + [(category, False)] * wrong

    found = topics(
        answers("甲", 2, 3)
        + answers("乙", 1, 4)
        + answers("丙", 3, 0)
        + answers("丁", 9, 1)
        + answers("戊", 0, 4)
        + answers("己", 4, 0)
    )
    assert found[:2] == [Topic("乙", 5, 1), Topic("甲", 5, 2)]
    assert [each.category for each in found[2:]] == ["丁", "己", "戊", "丙"]


def test_the_limits_of_topics_are_these():
    assert (ENOUGH_ANSWERS, WEAK_BELOW, LEAST_PEOPLE) == (5, 0.6, 5)
