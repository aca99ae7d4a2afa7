"""A question over time: its versions, their review, what the law and other people say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from learnapp.db.bank import listing
from learnapp.db.bank.banks import twin_of
from learnapp.db.bank.models import BankQuestion, KeyRevision, QuestionVersion
from learnapp.db.bank.question_values import pictures_of_version, whole_of
from learnapp.db.bank.reach import bank_in_reach, version_in_reach
from learnapp.db.bank.version_history import (
    published_citing,
    record_version_event,
    replaced_by,
    versions_of,
)
from learnapp.db.core.caller import Caller
from learnapp.domain.bank.versions import (
    JUDGING,
    PERMISSIONS,
    VersionAction,
    VersionState,
    after,
    check_comment,
)
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import banks
from question_bank.editing import Fields, from_fields
from question_bank.formats import Outcome, Record
from question_bank.model import fingerprint

_LAW = 200  # characters of the name of a law


@dataclass(frozen=True)
class About:
    """The properties of a question beside its content."""

    use: str = "both"
    law: str = ""
    tags: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None


def edit(
    caller: Caller,
    version_id: int,
    fields: Fields,
    about: About,
    comment: str = "",
) -> tuple[QuestionVersion | None, Record]:
    """Write a new version as a draft; papers that have the old one keep it.

    The record names what is wrong when there is no version: then nothing was stored. Raises
    RuleBroken("stem", "same_question") if the bank has such a question already.
    """
    session = caller.session
    old = version_in_reach(caller, version_id, Permission.BANK_EDIT, lock=True)
    record = from_fields(fields, old.data)
    if record.question is None or record.outcome is not Outcome.READY:
        return None, record
    _refuse_twin(session, old.row, fingerprint(record.question))
    newest = versions_of(session, old.row.question_id)[0]
    row = banks.version_row(caller, old.bank, old.row.question_id, record.question)
    row |= {"number": newest.number + 1, "status": VersionState.DRAFT, **_beside(about)}
    made = QuestionVersion(**row)
    session.add(made)
    session.flush()
    session.execute(
        insert(KeyRevision), [banks.first_key(caller.actor, caller.now, made.id, record.question)]
    )
    kinds = pictures_of_version(session, old.row.id)
    banks.keep_pictures(session, {made.id: record.question}, kinds)
    listing.refresh(session, made.question_id)
    record_version_event(caller, made.id, VersionAction.WRITTEN, comment)
    return made, record


def _beside(about: About) -> dict[str, Any]:
    if about.effective_from and about.effective_to and about.effective_to <= about.effective_from:
        raise RuleBroken("effective_to", "dates_out_of_order")
    return {
        "use": about.use,
        "law": about.law.strip()[:_LAW],
        "tags": list(about.tags),
        "effective_from": about.effective_from,
        "effective_to": about.effective_to,
    }


def _refuse_twin(session: Session, row: QuestionVersion, mark: str) -> None:
    if twin_of(session, row, mark) is not None:
        raise RuleBroken("stem", "same_question")


def apply_action(
    caller: Caller, version_id: int, action: VersionAction, comment: str = ""
) -> QuestionVersion:
    """Take a version a step on: submit, approve, return, release urgently, retire.

    Raises Conflict for a step that its state does not allow or that would undo a newer version,
    Forbidden("own_case") when the author reviews or releases it, RuleBroken when a comment is missing
    that must say why (an urgent release names who authorised it).
    """
    if action not in PERMISSIONS:
        raise RuleBroken("action", "version_state", state=str(action))
    row = version_in_reach(caller, version_id, PERMISSIONS[action], lock=True).row
    check_comment(action, comment)
    state = after(VersionState(row.status), action, row.review_owed)
    if action in JUDGING:
        refuse_own(caller.actor, row.recorded_by)
    row.status = state
    if action is VersionAction.RELEASED_URGENTLY:
        row.review_owed = True
    elif action in (VersionAction.APPROVED, VersionAction.RETURNED):
        row.review_owed = False
    record_version_event(caller, version_id, action, comment)
    if state is VersionState.PUBLISHED:
        _supersede_others(caller, row)
    elif action is VersionAction.RETIRED:
        _retire_question(caller.session, caller.now, row.question_id)
    return row


def _supersede_others(caller: Caller, row: QuestionVersion) -> None:
    """One published version a question: the new one takes the place of all that were written before it.

    Raises Conflict("newer_published") for one that would undo a newer one.
    """
    session = caller.session
    for each in replaced_by(session, row):
        if each.number > row.number:
            raise Conflict("newer_published", n=each.number)
        each.status = after(VersionState(each.status), VersionAction.SUPERSEDED)
        record_version_event(caller, each.id, VersionAction.SUPERSEDED, "")
    whole = dict(whole_of(session, None, {row.question_id}))
    session.execute(
        update(BankQuestion)
        .where(BankQuestion.id == row.question_id)
        .values(fingerprint=fingerprint(whole[row.question_id]), retired_at=None)
    )
    listing.refresh(session, row.question_id)


def _retire_question(session: Session, now: datetime, question_id: int) -> None:
    session.execute(
        update(QuestionVersion)
        .where(QuestionVersion.question_id == question_id)
        .values(status=VersionState.RETIRED)
    )
    listing.retire(session, now, question_id)


def amend_law(caller: Caller, bank_id: int, law: str, comment: str) -> int:
    """A cited law was amended: its published questions leave the draw until reviewed. How many."""
    into = bank_in_reach(caller, bank_id, Permission.BANK_EDIT)
    if not law.strip():
        raise RuleBroken("law", "name_needed")
    if len(law.strip()) > _LAW:
        raise RuleBroken("law", "value_too_long", most=_LAW)
    rows = published_citing(caller.session, into.id, law.strip())
    for row in rows:
        row.status = after(VersionState(row.status), VersionAction.LAW_AMENDED)
        record_version_event(caller, row.id, VersionAction.LAW_AMENDED, comment or law)
    return len(rows)
