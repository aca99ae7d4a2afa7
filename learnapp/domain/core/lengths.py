"""How long what people type may be, in characters: the same in forms, services and columns."""

from __future__ import annotations

LINE = 400  # a reason, a remark, a source
PARAGRAPH = 1000  # a report of a question, its answer, a comment on a version
