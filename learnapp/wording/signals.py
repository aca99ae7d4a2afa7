"""The evidence of a signal of integrity, in figures; never a verdict."""

from __future__ import annotations

from learnapp.domain.core.share import Share
from learnapp.domain.exams.integrity import Signal, SignalKind
from learnapp.wording.catalogue import Language, translated


def evidence_text(language: Language, signal: Signal) -> str:
    """What was noticed, with the figures it rests on."""
    evidence = signal.evidence
    if signal.kind is SignalKind.ALIKE:
        return translated(
            language,
            "两人都答错的 %(a)s 题里有 %(b)s 题选得一样，按他人的选法估计约 %(c)s 题，"
            "偶然的可能约 %(p)s",
            a=evidence["wrong"],
            b=evidence["same"],
            c=f"{evidence['expected']:.1f}",
            p=f"{evidence['p']:.1e}",
        )
    if signal.kind is SignalKind.GUESSED:
        return translated(
            language,
            "平均每题 %(s)s 秒，%(n)s 题答对 %(r)s 题，瞎猜约 %(e)s 题",
            s=f"{evidence['each']:.1f}",
            n=evidence["of"],
            r=evidence["right"],
            e=f"{evidence['expected']:.1f}",
        )
    if signal.kind is SignalKind.AWAY:
        away = Share(int(evidence["seconds"]), max(1, int(evidence["of"])))
        return translated(
            language,
            "离开 %(n)s 次，共 %(m)s 分钟，占全程 %(p)s%%",
            n=evidence["times"],
            m=round(evidence["seconds"] / 60),
            p=away.of(100),
        )
    return translated(language, "复制 %(n)s 次", n=evidence["times"])
