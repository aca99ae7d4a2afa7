"""Progress in sentences, in both languages."""

from __future__ import annotations

from learnapp.domain.progress.figures import Counts, Share
from learnapp.wording.progress import half_sentence, lead_label, progress_sentence


def counts(done: int, owed: int = 100, behind: int = 0, under_half: int = 0) -> Counts:
    """What so many duties come to, of which none is excused."""
    return Counts(people=10, owed=owed, done=done, behind=behind, under_half=under_half)


def test_the_sentence_says_both_shares_the_gap_and_who_is_behind():
    found = counts(45, behind=3)
    assert progress_sentence("zh", found, Share(5, 10)) == (
        "时间进度 50.0%，任务进度 45.0%，落后 5.0 个百分点；还差 55 项次，到期未完成 3 人。"
    )
    english = progress_sentence("en", found, Share(5, 10))
    assert all(each in english for each in ("50.0%", "45.0%", "5.0", "55", "3"))
    assert english.replace("，", "").isascii()


def test_nothing_owed_is_said_so():
    assert progress_sentence("zh", counts(0, owed=0), Share(5, 10)) == "没有必学必考任务。"
    assert progress_sentence("en", counts(0, owed=0), Share(5, 10)).isascii()


def test_a_lead_is_said_with_its_direction_and_a_small_one_is_not_said_to_be_none():
    half = Share(1, 2)
    assert lead_label("zh", half, Share(6, 10)) == "领先 10.0 个百分点"
    assert lead_label("zh", half, Share(4, 10)) == "落后 10.0 个百分点"
    assert lead_label("zh", half, Share(5, 10)) == "与时间进度相同"
    assert lead_label("zh", half, Share(5001, 10000)) == "领先不到 0.1 个百分点"
    assert lead_label("zh", Share(5001, 10000), half) == "落后不到 0.1 个百分点"
    assert lead_label("zh", half, Share(0, 0)) == ""
    english = {
        lead_label("en", half, Share(part, 10000)) for part in (6000, 4000, 5000, 5001, 4999)
    }
    assert len(english) == 5 and all(each.isascii() for each in english)


def test_half_of_both_is_reported_only_when_it_holds():
    found = half_sentence("zh", counts(50, under_half=2), Share(5, 10))
    assert found.holds
    assert found.text == ("时间过半、任务过半：时间进度 50.0%，任务进度 50.0%，未过半 2 人。")
    assert "50.0%" in half_sentence("en", counts(50, under_half=2), Share(5, 10)).text


def test_until_it_holds_the_sentence_says_what_lacks():
    early = half_sentence("zh", counts(90), Share(4, 10))
    assert (early.holds, early.text) == (False, "时间尚未过半，还不能报“时间过半、任务过半”。")
    late = half_sentence("zh", counts(40, under_half=4), Share(5, 10))
    assert (late.holds, late.text) == (
        False,
        "还不能报“时间过半、任务过半”：差 10 项次，4 人未过半。",
    )
    none = half_sentence("zh", counts(0, owed=0), Share(5, 10))
    assert (none.holds, none.text) == (False, "没有可报的任务。")
    english = {
        half_sentence("en", found, time).text
        for found, time in ((counts(90), Share(4, 10)), (counts(40), Share(5, 10)))
    }
    assert len(english) == 2
