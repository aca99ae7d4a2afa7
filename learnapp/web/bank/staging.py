"""The rows of a file of questions that was read while somebody waits."""

from __future__ import annotations

from typing import Any

from learnapp.services.bank import question_imports
from learnapp.services.bank.question_imports import Staging
from learnapp.web.core import request_context as req
from question_bank.formats import BankFile


def rows_at_once(bank_id: int, found: BankFile) -> list[dict[str, Any]] | None:
    """The rows of a file that was read, and its pictures stored; None for one of too many."""
    if len(found.records) > question_imports.MOST_AT_ONCE:
        return None
    for each in found.media.values():
        req.files().put(each.data)
    with req.reading() as session:
        staging = Staging(question_imports.known_of(session, bank_id))
    return staging.rows(found.records)
