"""The evidence of signals, in both languages."""

from __future__ import annotations

import pytest

from learnapp.domain.exams.integrity import Signal, SignalKind
from learnapp.wording.signals import evidence_text

EVIDENCE = {
    SignalKind.ALIKE: {"wrong": 8, "same": 7, "expected": 2.25, "p": 0.00012},
    SignalKind.GUESSED: {"each": 2.5, "of": 20, "right": 5, "expected": 5.04},
    SignalKind.AWAY: {"times": 3, "seconds": 300, "of": 1000.0},
    SignalKind.COPIED: {"times": 4},
}
CHINESE = {
    SignalKind.ALIKE: "两人都答错的 8 题里有 7 题选得一样，按他人的选法估计约 2.2 题，偶然的可能约 1.2e-04",
    SignalKind.GUESSED: "平均每题 2.5 秒，20 题答对 5 题，瞎猜约 5.0 题",
    SignalKind.AWAY: "离开 3 次，共 5 分钟，占全程 30%",
    SignalKind.COPIED: "复制 4 次",
}


@pytest.mark.parametrize("kind", SignalKind)
def test_every_signal_is_said_with_its_figures(kind):
    signal = Signal(kind, ("a",), EVIDENCE[kind])
    assert evidence_text("zh", signal) == CHINESE[kind]
    english = evidence_text("en", signal)
    assert english.isascii() and "%(" not in english


def test_the_share_of_time_away_is_never_said_to_be_more_than_it_was():
    signal = Signal(SignalKind.AWAY, ("a",), {"times": 3, "seconds": 299, "of": 1000.0})
    assert "29%" in evidence_text("zh", signal)
