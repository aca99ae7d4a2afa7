"""简报 and 月考通报: figures that can be traced, sentences that hold, a check code for what was issued."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from learnapp.domain.core.errors import RuleBroken

_MARK = re.compile(r"⟦(\d+)\|([^⟧]*)⟧")
_BETWEEN = re.compile(r"[\W_]+")  # punctuation of any kind
# What may stand in between without taking the claim back, as 未 or 没有 does.
_CLAIM = re.compile(
    r"任务(?:总量|量|总体|整体|进度|完成|也|亦|都|均|皆|已经|已|全部|全面|同步|顺利|如期|按期|按时|实现|达到)*"
    r"(?:过|超|超过)(?:半|一半)|双过半"
)


class BriefingKind(StrEnum):
    """What is printed: a narrative of a week or of one exam, or the plan of a month."""

    BRIEFING = "briefing"  # 简报
    CIRCULAR = "circular"  # 月考通报
    PLAN = "plan"  # 月计划通知


@dataclass(frozen=True)
class TracedFigure:
    """A figure of a briefing: its value as it is printed, what it is, and of which unit."""

    value: str
    what: str
    unit_id: int


@dataclass
class FigureList:
    """The figures of a briefing in the order in which they occur; each gets the next short id."""

    found: list[TracedFigure] = field(default_factory=list)

    def mark(self, value: str | int, what: str, unit_id: int) -> str:
        """The figure as it stands in a text, with its id."""
        self.found.append(TracedFigure(str(value), what, unit_id))
        return f"⟦{len(self.found)}|{value}⟧"


def issued_text(text: str) -> str:
    """A text as it is issued (印发稿): the figures alone."""
    return _MARK.sub(r"\2", text)


def proof_text(text: str) -> str:
    """A text of the proof copy (核对稿): each figure with its short id."""
    return _MARK.sub(r"\2〔F\1〕", text)


def claims_half(text: str) -> bool:
    """Whether a text says anywhere that the task is half done (时间过半、任务过半), however it is
    punctuated."""
    return _CLAIM.search(_BETWEEN.sub("", text)) is not None


def check_words(text: str, half_holds: bool) -> None:
    """Raise RuleBroken of "text" for words of one's own that say what does not hold."""
    if not half_holds and claims_half(text):
        raise RuleBroken("text", "half_not_true")
    if "⟦" in text or "⟧" in text:  # nobody makes a figure by hand
        raise RuleBroken("text", "figure_by_hand")


def check_code(content: Mapping[str, Any]) -> str:
    """Eight signs that change with any word or figure of what was issued."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.b32encode(sha256(plain.encode()).digest())[:8].decode()


@dataclass(frozen=True)
class BriefingSection:
    """A heading with its paragraphs, in which figures are marked."""

    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class BriefingTable:
    """A table, in whose cells figures are marked."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class BriefingContent:
    """All that a briefing says, with its figures by id (the first is F1)."""

    sections: Sequence[BriefingSection]
    tables: Sequence[BriefingTable]
    figures: Sequence[TracedFigure]
