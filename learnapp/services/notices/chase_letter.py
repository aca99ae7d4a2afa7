"""提醒函 and 督办单 as documents; number, head and seal come from the office system."""

from __future__ import annotations

from learnapp.domain.core.calendar import local_day
from learnapp.domain.notices.chases import ChaseKind
from learnapp.domain.progress.figures import Counts
from learnapp.reports.official import OfficialText, Section
from learnapp.services.notices.chasing import ChaseLine
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.chases import condition_text, standing_text
from learnapp.wording.dates import day_label
from learnapp.wording.labels import label


def letter(language: Language, line: ChaseLine, counts: Counts | None) -> OfficialText:
    """What is asked of the unit, by whom, by when, and when it counts as done."""
    row = line.chase
    issued = local_day(row.issued_at or row.drafted_at)
    kind = label(language, ChaseKind, ChaseKind(row.kind))
    return OfficialText(
        translated(language, "%(k)s（%(s)s）", k=kind, s=line.stage),
        "",
        [
            Section("", [translated(language, "%(u)s：", u=line.unit), row.reason]),
            Section(
                "",
                [
                    translated(
                        language,
                        "请于 %(d)s 前办结。办结条件：%(c)s（%(n)s）。责任人：%(o)s。",
                        d=day_label(language, row.due_on, issued),
                        c=condition_text(language, line.condition),
                        n=standing_text(language, line.condition, counts),
                        o=line.owner,
                    ),
                    translated(language, "达到条件由系统自动销号；逾期没有办结的，上报一次。"),
                ],
            ),
        ],
        closing=[day_label(language, issued, issued)],
    )
