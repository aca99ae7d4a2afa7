"""Progress in sentences, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.share import Share
from learnapp.domain.progress.changes import Change
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint
from learnapp.wording.progress import (
    Judged,
    change_sentence,
    checkpoint_label,
    half_sentence,
    lead_label,
    progress_sentence,
)

TODAY, SUNDAY = date(2026, 11, 25), date(2026, 11, 22)
HALF = Share(5, 10)
NO_CHECKPOINT, BEING_COUNTED = Judged(TODAY), Judged(TODAY, SUNDAY)


def counts(done: int, owed: int = 100, behind: int = 0, under_half: int = 0) -> Counts:
    """What so many duties come to, of which none is excused."""
    return Counts(people=10, owed=owed, done=done, behind=behind, under_half=under_half)


def judged(time: Share, task: Share) -> Judged:
    """A checkpoint on the last Sunday at which the shares were these."""
    return Judged(TODAY, SUNDAY, Checkpoint(SUNDAY, time, task))


def test_the_sentence_says_both_shares_the_pace_at_the_checkpoint_and_who_is_behind():
    found, then = counts(45, behind=3), judged(HALF, Share(40, 100))
    assert progress_sentence("zh", found, HALF, then) == (
        "时间进度 50.0%，任务进度 45.0%，11月22日 周日 考核点落后 10.0 个百分点；"
        "还差 55 项次，到期未完成 3 人。"
    )
    english = progress_sentence("en", found, HALF, then)
    assert all(each in english for each in ("50.0%", "45.0%", "10.0", "22 Nov", "55", "3"))
    assert english.replace("，", "").isascii()


def test_the_sentence_says_why_no_pace_is_known():
    found = counts(45)
    assert "任务进度 45.0%，未到考核点；" in progress_sentence("zh", found, HALF, NO_CHECKPOINT)
    late = progress_sentence("zh", found, HALF, BEING_COUNTED)
    assert "，11月22日 周日 考核点正在统计；" in late
    nothing = progress_sentence("zh", found, HALF, judged(HALF, Share(0, 0)))
    assert "考核点" not in nothing and "任务进度 45.0%；" in nothing
    english = {
        progress_sentence("en", found, HALF, each).replace("，", "")
        for each in (NO_CHECKPOINT, BEING_COUNTED, judged(HALF, Share(0, 0)))
    }
    assert len(english) == 3 and all(each.isascii() for each in english)


def test_nothing_owed_is_said_so():
    none = counts(0, owed=0)
    assert progress_sentence("zh", none, HALF, NO_CHECKPOINT) == "没有必学必考任务。"
    assert progress_sentence("en", none, HALF, NO_CHECKPOINT).isascii()


def test_a_verdict_names_its_checkpoint():
    assert checkpoint_label("zh", BEING_COUNTED) == "11月22日 周日 考核点"
    assert checkpoint_label("zh", NO_CHECKPOINT) == "未到考核点"
    other_year = Judged(date(2027, 1, 4), SUNDAY)
    assert checkpoint_label("zh", other_year).startswith("2026")
    assert "22 Nov" in checkpoint_label("en", BEING_COUNTED)
    assert checkpoint_label("en", NO_CHECKPOINT).isascii()


def test_a_lead_is_said_with_its_direction_and_a_small_one_is_not_said_to_be_none():
    def said(language, time, task):
        return lead_label(language, Checkpoint(SUNDAY, time, task))

    half = Share(1, 2)
    assert said("zh", half, Share(6, 10)) == "领先 10.0 个百分点"
    assert said("zh", half, Share(4, 10)) == "落后 10.0 个百分点"
    assert said("zh", half, Share(5, 10)) == "与时间进度相同"
    assert said("zh", half, Share(5001, 10000)) == "领先不到 0.1 个百分点"
    assert said("zh", Share(5001, 10000), half) == "落后不到 0.1 个百分点"
    assert said("zh", half, Share(0, 0)) == ""
    english = {said("en", half, Share(part, 10000)) for part in (6000, 4000, 5000, 5001, 4999)}
    assert len(english) == 5 and all(each.isascii() for each in english)


def test_half_of_both_is_reported_only_when_it_holds_and_names_its_checkpoint():
    found = half_sentence("zh", counts(50, under_half=2), HALF, judged(HALF, Share(48, 100)))
    assert found.holds
    assert found.text == (
        "时间过半、任务过半：时间进度 50.0%，任务进度 50.0%，未过半 2 人（11月22日 周日 考核点）。"
    )
    english = half_sentence("en", counts(50, under_half=2), HALF, judged(HALF, HALF)).text
    assert "50.0%" in english and "22 Nov" in english


@pytest.mark.parametrize(
    ("found", "time", "then", "text"),
    [
        (counts(90), Share(4, 10), NO_CHECKPOINT, "时间尚未过半，还不能报“时间过半、任务过半”。"),
        (
            counts(40, under_half=4),
            HALF,
            judged(HALF, HALF),
            "还不能报“时间过半、任务过半”：差 10 项次，4 人未过半。",
        ),
        (counts(0, owed=0), HALF, judged(HALF, Share(0, 0)), "没有可报的任务。"),
        (
            counts(60),
            HALF,
            NO_CHECKPOINT,
            "未到考核点，还不能报“时间过半、任务过半”。",
        ),
        (
            counts(60),
            HALF,
            judged(HALF, Share(40, 100)),
            "11月22日 周日 考核点任务落后于时间，到下一个考核点才能报“时间过半、任务过半”。",
        ),
    ],
)
def test_until_it_holds_the_sentence_says_what_lacks(found, time, then, text):
    said = half_sentence("zh", found, time, then)
    assert (said.holds, said.text) == (False, text)
    english = half_sentence("en", found, time, then)
    assert not english.holds and not any("一" <= each <= "鿿" for each in english.text)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (counts(4, 100, 3), counts(10, 100, 1), "新完成 6 项次，到期未完成少了 2 人。"),
        (counts(4, 100, 3), counts(4, 100, 3), "没有新完成的，到期未完成人数不变。"),
        (
            counts(4, 100, 3),
            counts(3, 98, 5),
            "完成数减少 1 项次（退回或调出），到期未完成多了 2 人，任务减少 2 项次。",
        ),
        (
            counts(4, 98, 3),
            counts(5, 100, 3),
            "新完成 1 项次，到期未完成人数不变，任务增加 2 项次。",
        ),
    ],
)
def test_a_change_says_what_was_done_who_is_behind_and_what_is_asked_since_the_day(
    before, after, said
):
    change = Change(SUNDAY, before, after)
    assert change_sentence("zh", change, TODAY) == f"自 11月22日 周日 以来{said}"
