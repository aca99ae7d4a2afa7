"""What a notice about a guidance group's finding says."""

from __future__ import annotations

from datetime import date

from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import day_label


def finding_notice(language: Language, code: str, params: dict[str, str], today: date) -> str:
    """The notice in one sentence."""
    due_on = day_label(language, date.fromisoformat(params["due_on"]), today)
    values = {"u": params["unit"], "t": params["title"], "d": due_on}
    if code == "finding_opened":
        return translated(language, "指导组对%(u)s提出问题“%(t)s”，%(d)s 前整改。", **values)
    if code == "finding_answered":
        return translated(language, "%(u)s回复了“%(t)s”的整改情况，等复核。", **values)
    if code == "finding_returned":
        return translated(language, "%(u)s的“%(t)s”被退回，继续整改。", **values)
    if code == "finding_closed":
        return translated(language, "%(u)s的“%(t)s”已销号。", **values)
    return translated(language, "指导组撤回了对%(u)s提出的“%(t)s”。", **values)
