"""What a page showed, sent back by its form: nobody decides about, or writes over, what they have not seen."""

from __future__ import annotations

import json
from hashlib import sha256

from learnapp.domain.core.errors import RuleBroken


def mark_of(*shown: object) -> str:
    """16 hexadecimal digits of what a page shows; others for anything else."""
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]


def must_have_seen(seen: str, *there: object) -> None:
    """Refuse what was decided on a page that showed something else than is there now.

    `seen` is the mark that the page sent. Raises RuleBroken("seen", "changed_since_seen").
    """
    if seen != mark_of(*there):
        raise RuleBroken("seen", "changed_since_seen")
