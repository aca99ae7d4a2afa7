"""Progress in sentences: shares of time and task, the gap, and 时间过半、任务过半."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.domain.progress.figures import (
    Counts,
    Share,
    gap_to_half,
    half_time_half_task,
    lead,
)
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.numbers import percent_label, tenths_label


@dataclass(frozen=True)
class HalfSentence:
    """What may be said of 时间过半、任务过半: whether it holds, and the sentence."""

    holds: bool
    text: str


def progress_sentence(language: Language, counts: Counts, time: Share) -> str:
    """Both shares, how far one is ahead of the other, what is left and who is behind."""
    if counts.owed == 0:
        return translated(language, "没有必学必考任务。")
    shares = translated(language, "时间进度 %(t)s，任务进度 %(d)s", **_shares(counts, time))
    parts = [shares, lead_label(language, time, counts.task_share)]
    tail = translated(
        language,
        "；还差 %(n)s 项次，到期未完成 %(p)s 人。",
        n=counts.owed - counts.done,
        p=counts.behind,
    )
    return "，".join(filter(None, parts)) + tail


def lead_label(language: Language, time: Share, task: Share) -> str:
    """领先 3.2 个百分点, or how far behind; empty where one of the shares is undefined."""
    found = lead(time, task)
    if found is None:
        return ""
    if found.ahead is None:
        return translated(language, "与时间进度相同")
    tenths = tenths_label(found.tenths)
    if found.ahead:
        if not found.tenths:
            return translated(language, "领先不到 0.1 个百分点")
        return translated(language, "领先 %(n)s 个百分点", n=tenths)
    if not found.tenths:
        return translated(language, "落后不到 0.1 个百分点")
    return translated(language, "落后 %(n)s 个百分点", n=tenths)


def half_sentence(language: Language, counts: Counts, time: Share) -> HalfSentence:
    """The sentence that may be reported, only when it holds; else the gap and who closes it."""
    task = counts.task_share
    if half_time_half_task(time, task):
        text = translated(
            language,
            "时间过半、任务过半：时间进度 %(t)s，任务进度 %(d)s，未过半 %(p)s 人。",
            p=counts.under_half,
            **_shares(counts, time),
        )
        return HalfSentence(True, text)
    gap = gap_to_half(time, task)
    if not time.at_least(1, 2):
        text = translated(language, "时间尚未过半，还不能报“时间过半、任务过半”。")
    elif gap:
        text = translated(
            language,
            "还不能报“时间过半、任务过半”：差 %(n)s 项次，%(p)s 人未过半。",
            n=gap,
            p=counts.under_half,
        )
    else:
        text = translated(language, "没有可报的任务。")
    return HalfSentence(False, text)


def _shares(counts: Counts, time: Share) -> dict[str, str]:
    return {"t": percent_label(time), "d": percent_label(counts.task_share)}
