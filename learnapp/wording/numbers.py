"""How marks and shares are written: the same in both languages."""

from __future__ import annotations

from learnapp.domain.core.share import Share

NOTHING = "—"


def marks_label(hundredths: int) -> str:
    """Marks from hundredths: 2, 2.5, 12.25."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def percent_label(share: Share) -> str:
    """52.4%, by the one rule of rounding (`Share.permille`); a dash where the whole is nothing."""
    return NOTHING if share.permille is None else f"{tenths_label(share.permille)}%"


def whole_percent_label(share: Share) -> str:
    """52%, rounded by the same rule (`Share.of`); a dash where the whole is nothing."""
    percent = share.of(100)
    return NOTHING if percent is None else f"{percent}%"


def tenths_label(tenths: int) -> str:
    """Tenths with one decimal: 0.1, 52.4."""
    return f"{tenths // 10}.{tenths % 10}"
