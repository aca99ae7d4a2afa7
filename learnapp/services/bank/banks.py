"""The question bank: banks, their questions, and how questions come into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from learnapp.db.bank import listing
from learnapp.db.bank.models import (
    Bank,
    BankCategory,
    BankQuestion,
    KeyRevision,
    Passage,
    QuestionVersion,
    VersionMedia,
)
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.bank.search import law_in, search_text, wanted
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Actor, Permission
from question_bank import content
from question_bank.model import (
    Question,
    fingerprint,
    key_to_json,
    media_of,
)


def add_bank(
    caller: Caller,
    owner_unit_id: int,
    name: str,
    classification: str,
) -> Bank:
    """A new, empty bank, 公开 ("public") or 内部 ("internal")."""
    session = caller.session
    require_scope(
        session, caller.actor, Permission.BANK_IMPORT, owner_unit_id, local_day(caller.now)
    )
    if not name.strip():
        raise RuleBroken("name", "name_needed")
    bank = Bank(
        owner_unit_id=owner_unit_id,
        name=name.strip(),
        classification=classification,
        recorded_at=caller.now,
    )
    session.add(bank)
    session.flush()
    audit_log.record(caller, "bank.added", ("bank", bank.id))
    return bank


def banks_in_reach(caller: Caller) -> list[tuple[Bank, int]]:
    """The banks within reach by name, each with its number of questions."""
    caller.actor.must(Permission.BANK_READ)
    reach = units_in_scope(caller.actor, Permission.BANK_READ, local_day(caller.now))
    count = (
        select(func.count())
        .where(QuestionVersion.bank_id == Bank.id, QuestionVersion.listed)
        .correlate(Bank)
        .scalar_subquery()
    )
    rows = caller.session.execute(
        select(Bank, count)
        .where(Bank.owner_unit_id.in_(reach), Bank.retired_at.is_(None))
        .order_by(Bank.name, Bank.id)
    )
    return [(bank, number) for bank, number in rows]


def questions_of(
    session: Session, bank: Bank, type_: str | None, search: str, page: int, size: int = 50
) -> tuple[list[QuestionVersion], int]:
    """A page of the bank's newest versions, and how many there are: of a search at most one more
    than `listing.MOST_COUNTED`."""
    sought = listing.Sought(bank.id, type_, wanted(search))
    rows = listing.page_of(session, sought, size, (page - 1) * size)
    return rows, listing.count(session, sought)


def change_all(
    caller: Caller,
    bank: Bank,
    type_: str | None,
    search: str,
    category: Sequence[str] | None = None,
    difficulty: int | None = None,
    use: str | None = None,
) -> int:
    """Change what stands beside the content of all that a search finds. How many that were.

    None leaves a value as it is. No new versions: papers show none of it.
    """
    session = caller.session
    values: dict[str, Any] = {}
    if category is not None:
        path = tuple(category)
        values["category_id"] = _categories(session, bank, {path}).get(path) if path else None
    if difficulty is not None:
        values["difficulty"] = difficulty
    if use is not None:
        values["use"] = use
    if not values:
        raise RuleBroken("change", "nothing_to_change")
    ids = listing.all_ids(session, listing.Sought(bank.id, type_, wanted(search)))
    for start in range(0, len(ids), 500):
        part = QuestionVersion.id.in_(ids[start : start + 500])
        session.execute(update(QuestionVersion).where(part).values(**values))
    told = {"count": len(ids), "fields": sorted(values)}
    audit_log.record(caller, "questions.changed", ("bank", bank.id), **told)
    return len(ids)


def add_questions(
    caller: Caller,
    bank: Bank,
    questions: Sequence[Question],
    use: str = "both",
    pictures: Mapping[str, str] | None = None,
    status: VersionState = VersionState.PUBLISHED,
) -> int:
    """Add the questions that the bank does not have yet, published or in review; how many.

    `pictures` gives the media type of each picture by its SHA-256.
    """
    session, now = caller.session, caller.now
    fresh = _fresh(session, bank, questions)
    if not fresh:
        return 0
    rows = [{"bank_id": bank.id, "fingerprint": mark, "recorded_at": now} for mark in fresh]
    ids = _inserted(session, BankQuestion, rows)
    categories = _categories(session, bank, {q.category for q in fresh.values() if q.category})
    passages = _passages(session, now, bank, list(fresh.values()))
    versions = _inserted(
        session,
        QuestionVersion,
        [
            _version(caller.actor, now, bank, question_id, question, use, categories, passages)
            | {"status": status, "listed": True}
            for question_id, question in zip(ids, fresh.values(), strict=True)
        ],
    )
    made = dict(zip(versions, fresh.values(), strict=True))
    listing.put(session, ((v, bank.id, str(q.type), search_text(q)) for v, q in made.items()))
    session.execute(
        insert(KeyRevision), [first_key(caller.actor, now, v, q) for v, q in made.items()]
    )
    keep_pictures(session, made, pictures or {})
    audit_log.record(caller, "questions.added", ("bank", bank.id), count=len(fresh))
    return len(fresh)


def first_key(actor: Actor, now: datetime, version_id: int, question: Question) -> dict[str, Any]:
    """The first key revision of a version, as a row."""
    return {
        "version_id": version_id,
        "number": 1,
        "key": key_to_json(question.key),
        "reason": "",
        "recorded_at": now,
        "recorded_by": actor.person_id,
    }


def _inserted(session: Session, row: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert many rows of a table, and give their ids in the same order."""
    statement = insert(row).returning(row.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def keep_pictures(
    session: Session, versions: Mapping[int, Question], pictures: Mapping[str, str]
) -> None:
    """Record which version shows which picture, so that who sees the one may see the other."""
    rows = [
        {"version_id": version_id, "sha256": sha256, "media_type": pictures[sha256]}
        for version_id, question in versions.items()
        for sha256 in sorted(media_of(question))
        if sha256 in pictures
    ]
    if rows:
        session.execute(insert(VersionMedia), rows)


def _fresh(session: Session, bank: Bank, questions: Sequence[Question]) -> dict[str, Question]:
    """What the bank does not have, by fingerprint; the first of the same wins."""
    known = set(
        session.scalars(select(BankQuestion.fingerprint).where(BankQuestion.bank_id == bank.id))
    )
    fresh: dict[str, Question] = {}
    for question in questions:
        mark = fingerprint(question)
        if mark not in known:
            fresh.setdefault(mark, question)
    return fresh


def _version(
    actor: Actor,
    now: datetime,
    bank: Bank,
    question_id: int,
    question: Question,
    use: str,
    categories: dict[tuple[str, ...], int],
    passages: dict[str, int],
) -> dict[str, Any]:
    passage = None if question.passage is None else passages[_passage_mark(question.passage)]
    return {
        "question_id": question_id,
        "bank_id": bank.id,
        "number": 1,
        "type": str(question.type),
        "stem": content.to_json(question.stem),
        "options": [{"id": o.id, "content": content.to_json(o.content)} for o in question.options],
        "passage_id": passage,
        "category_id": categories.get(question.category),
        "difficulty": question.difficulty,
        "explanation": content.to_json(question.explanation),
        "source": question.source[:400],
        "law": law_in(question.source),
        "search": search_text(question),
        "status": "published",
        "use": use,
        "recorded_at": now,
        "recorded_by": actor.person_id,
    }


def version_row(caller: Caller, bank: Bank, question_id: int, question: Question) -> dict[str, Any]:
    """A version as a row, its category and passage made where the bank has none like them."""
    paths = {question.category} if question.category else set()
    categories = _categories(caller.session, bank, paths)
    passages = _passages(caller.session, caller.now, bank, [question])
    return _version(
        caller.actor, caller.now, bank, question_id, question, "both", categories, passages
    )


def _categories(
    session: Session, bank: Bank, wanted: set[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    """The ids of the category paths, making those that are missing, parents first."""
    rows = session.scalars(select(BankCategory).where(BankCategory.bank_id == bank.id))
    ids = {row.path: row.id for row in rows}
    prefixes = {path[: depth + 1] for path in wanted for depth in range(len(path))}
    for path in sorted(prefixes, key=lambda each: (len(each), each)):
        if _kept_path(path) in ids:
            continue
        parent = ids.get(_kept_path(path[:-1])) if path[1:] else None
        row = BankCategory(bank_id=bank.id, parent_id=parent, path=_kept_path(path))
        session.add(row)
        session.flush()
        ids[row.path] = row.id
    return {path: ids[_kept_path(path)] for path in prefixes}


def _kept_path(path: tuple[str, ...]) -> str:
    """A category's path as the column holds it; two that differ past its end are one."""
    return "/".join(path)[:400]


def _passage_mark(passage: content.Content) -> str:
    text = json.dumps(content.to_json(passage), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _passages(
    session: Session, now: datetime, bank: Bank, questions: Sequence[Question]
) -> dict[str, int]:
    """The ids of the passages that the questions share, making those that are missing."""
    wanted = {_passage_mark(q.passage): q.passage for q in questions if q.passage is not None}
    if not wanted:
        return {}
    rows = session.scalars(select(Passage).where(Passage.bank_id == bank.id))
    ids = {row.fingerprint: row.id for row in rows}
    for mark, passage in wanted.items():
        if mark not in ids:
            row = Passage(
                bank_id=bank.id,
                fingerprint=mark,
                content=content.to_json(passage),
                recorded_at=now,
            )
            session.add(row)
            session.flush()
            ids[mark] = row.id
    return ids
