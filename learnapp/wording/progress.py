"""Progress in sentences: shares of time and task, the pace at the last checkpoint, and
时间过半、任务过半."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.domain.core.share import Share
from learnapp.domain.progress.changes import Change
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint, gap_to_half, half_time_half_task, lead
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import day_label
from learnapp.wording.numbers import percent_label, tenths_label


@dataclass(frozen=True)
class Judged:
    """The last checkpoint as seen `today`: its day (None: none has come yet), and what the unit is
    judged by there (None: that day is still being counted)."""

    today: date
    day: date | None = None
    by: Checkpoint | None = None


@dataclass(frozen=True)
class HalfSentence:
    """The statement of 时间过半、任务过半: whether it holds, and the sentence."""

    holds: bool
    text: str


def progress_sentence(language: Language, counts: Counts, time: Share, judged: Judged) -> str:
    """Both shares now, the lead or lag at the last checkpoint, what is left and who is behind."""
    if counts.owed == 0:
        return translated(language, "没有必学必考任务。")
    shares = translated(language, "时间进度 %(t)s，任务进度 %(d)s", **_shares(counts, time))
    parts = [shares, _pace(language, judged)]
    tail = translated(
        language,
        "；还差 %(n)s 项次，到期未完成 %(p)s 人。",
        n=counts.owed - counts.done,
        p=counts.behind,
    )
    return translated(language, "，").join(filter(None, parts)) + tail


def _pace(language: Language, judged: Judged) -> str:
    if judged.day is None:
        return translated(language, "未到考核点")
    day = day_label(language, judged.day, judged.today)
    if judged.by is None:
        return translated(language, "%(d)s 考核点正在统计", d=day)
    points = lead_label(language, judged.by)
    return translated(language, "%(d)s 考核点%(w)s", d=day, w=points) if points else ""


def checkpoint_label(language: Language, judged: Judged) -> str:
    """The heading of verdicts: every verdict names the day by which it was judged."""
    if judged.day is None:
        return translated(language, "未到考核点")
    return translated(language, "%(d)s 考核点", d=day_label(language, judged.day, judged.today))


def lead_label(language: Language, judged: Checkpoint) -> str:
    """领先 3.2 个百分点, or how far behind; empty where one of the shares is undefined."""
    found = lead(judged.time, judged.task)
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


def change_sentence(language: Language, change: Change, today: date) -> str:
    """What changed since a past day: duties met, people behind, and duties asked where that changed."""
    parts = [_done(language, change.done), _behind(language, change.behind)]
    if change.owed > 0:
        parts.append(translated(language, "任务增加 %(n)s 项次", n=change.owed))
    if change.owed < 0:
        parts.append(translated(language, "任务减少 %(n)s 项次", n=-change.owed))
    joined = translated(language, "，").join(parts)
    day = day_label(language, change.day, today)
    return translated(language, "自 %(d)s 以来%(p)s。", d=day, p=joined)


def _done(language: Language, more: int) -> str:
    if more > 0:
        return translated(language, "新完成 %(n)s 项次", n=more)
    if more < 0:
        return translated(language, "完成数减少 %(n)s 项次（退回或调出）", n=-more)
    return translated(language, "没有新完成的")


def _behind(language: Language, more: int) -> str:
    if more > 0:
        return translated(language, "到期未完成多了 %(n)s 人", n=more)
    if more < 0:
        return translated(language, "到期未完成少了 %(n)s 人", n=-more)
    return translated(language, "到期未完成人数不变")


def half_sentence(language: Language, counts: Counts, time: Share, judged: Judged) -> HalfSentence:
    """The sentence that may be reported, only when it holds; else the gap and who closes it."""
    if judged.by is not None and half_time_half_task(time, counts.task_share, judged.by):
        text = translated(
            language,
            "时间过半、任务过半：时间进度 %(t)s，任务进度 %(d)s，未过半 %(p)s 人（%(c)s 考核点）。",
            p=counts.under_half,
            c=day_label(language, judged.by.day, judged.today),
            **_shares(counts, time),
        )
        return HalfSentence(True, text)
    return HalfSentence(False, _what_lacks(language, counts, time, judged))


def _what_lacks(language: Language, counts: Counts, time: Share, judged: Judged) -> str:
    if not time.at_least(1, 2):
        return translated(language, "时间尚未过半，还不能报“时间过半、任务过半”。")
    if gap := gap_to_half(time, counts.task_share, judged.by):
        return translated(
            language,
            "还不能报“时间过半、任务过半”：差 %(n)s 项次，%(p)s 人未过半。",
            n=gap,
            p=counts.under_half,
        )
    if counts.owed == 0:
        return translated(language, "没有可报的任务。")
    if judged.by is None:
        return translated(language, "未到考核点，还不能报“时间过半、任务过半”。")
    return translated(
        language,
        "%(c)s 考核点任务落后于时间，到下一个考核点才能报“时间过半、任务过半”。",
        c=day_label(language, judged.by.day, judged.today),
    )


def _shares(counts: Counts, time: Share) -> dict[str, str]:
    return {"t": percent_label(time), "d": percent_label(counts.task_share)}
