"""提醒函 and 督办单 in words: the closing condition, the letter's text, the notices."""

from __future__ import annotations

from datetime import date

from learnapp.domain.notices.chases import ChaseKind, Condition, ConditionKind
from learnapp.domain.progress.figures import Counts
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import day_label
from learnapp.wording.labels import label
from learnapp.wording.numbers import percent_label


def condition_text(language: Language, condition: Condition) -> str:
    """到期未完成降到 0 人; 到期完成率达到 95%."""
    if condition.kind is ConditionKind.BEHIND:
        return translated(language, "到期未完成不超过 %(n)s 人", n=condition.target)
    if condition.kind is ConditionKind.DUE_SHARE:
        return translated(language, "到期完成率达到 %(n)s%%", n=condition.target)
    return translated(language, "任务进度达到 %(n)s%%", n=condition.target)


def standing_text(language: Language, condition: Condition, counts: Counts | None) -> str:
    """What the figure of a condition is now; None where its stage is in force no more."""
    if counts is None:
        return translated(language, "这个阶段已不再执行")
    if condition.kind is ConditionKind.BEHIND:
        return translated(language, "现在 %(n)s 人", n=counts.behind)
    share = counts.due_share if condition.kind is ConditionKind.DUE_SHARE else counts.task_share
    return translated(language, "现在 %(p)s", p=percent_label(share))


def chase_notice(language: Language, code: str, params: dict[str, str], today: date) -> str:
    """What a notice about a chase says."""
    values = {
        "k": label(language, ChaseKind, ChaseKind(params["kind"])),
        "u": params["unit"],
        "s": params["stage"],
        "d": day_label(language, date.fromisoformat(params["due_on"]), today),
    }
    if code == "chase_issued":
        return translated(language, "%(u)s收到%(k)s（%(s)s），%(d)s 前办结。", **values)
    if code == "chase_closed":
        return translated(language, "%(u)s的%(k)s（%(s)s）已达到办结条件，自动销号。", **values)
    return translated(language, "%(u)s的%(k)s（%(s)s）到 %(d)s 没有办结，已上报。", **values)
