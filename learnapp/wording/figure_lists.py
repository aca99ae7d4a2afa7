"""Lists of figures in words: what explains them, the same on a page, on paper and in a file, and the
cells of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint, Verdict
from learnapp.wording.catalogue import N_, Language, translated
from learnapp.wording.dates import day_label, moment_label
from learnapp.wording.joining import with_note
from learnapp.wording.labels import label
from learnapp.wording.numbers import percent_label
from learnapp.wording.progress import Judged, checkpoint_label, lead_label

_LEAST = timedelta(microseconds=1)  # the last instant of a day is written as its 24:00
_HEADS = (
    *(N_("单位"), N_("人数"), N_("任务项次"), N_("完成项次"), N_("免除项次"), N_("任务进度")),
    *(N_("到期项次"), N_("到期完成项次"), N_("到期完成"), N_("到期未完成人数"), N_("不漏一人")),
)
_STEP = "\u3000"  # before a unit's name, for each unit above it


@dataclass(frozen=True)
class AboutFigures:
    """What a list of figures is about, and who was counted, in words."""

    unit: str
    programme: str
    line: str
    counted: str
    as_of: datetime
    known_at: datetime


def heading(language: Language, about: AboutFigures, today: date) -> list[tuple[str, str]]:
    """Label and text of what explains a list, in the order in which they are read."""
    return [
        (translated(language, "单位"), about.unit),
        (translated(language, "计划和阶段"), about.programme),
        (translated(language, "条块"), about.line),
        (translated(language, "口径"), about.counted),
        (translated(language, "截至"), moment_label(language, about.as_of + _LEAST, today)),
        (
            translated(language, "按何时所知"),
            moment_label(language, about.known_at + _LEAST, today),
        ),
    ]


def stage_label(
    language: Language, names: tuple[str, str], days: tuple[date, date], today: date
) -> str:
    """A stage given by its programme's name and its own, and its first and last day."""
    first, last = (day_label(language, each, today) for each in days)
    return with_note(language, f"{names[0]} · {names[1]}", f"{first} – {last}")


def counted_label(language: Language, counts: Counts) -> str:
    """Who and what was counted, of a unit with all below it."""
    return translated(
        language,
        "本单位及下级计入人员 %(p)s 人；本阶段必学必考 %(o)s 项次，免除 %(e)s 项次不计",
        p=counts.people,
        o=counts.owed,
        e=counts.excused,
    )


def unit_columns(language: Language, judged: Judged) -> list[str]:
    """The heads of a list of units."""
    return [
        *(translated(language, each) for each in _HEADS),
        checkpoint_label(language, judged),
        translated(language, "与时间进度相比"),
    ]


def unit_cells(
    language: Language, name: str, counts: Counts, judged: Checkpoint | None, depth: int = 0
) -> list[str | int]:
    """A unit's row under these heads."""
    return [
        _STEP * depth + name,
        counts.people,
        counts.owed,
        counts.done,
        counts.excused,
        percent_label(counts.task_share),
        counts.due,
        counts.due_done,
        percent_label(counts.due_share),
        counts.behind,
        percent_label(counts.coverage),
        "" if judged is None else label(language, Verdict, judged.verdict),
        "" if judged is None else lead_label(language, judged),
    ]
