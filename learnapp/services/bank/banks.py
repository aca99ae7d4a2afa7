"""The question bank: banks, their questions, and how questions come into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from learnapp.db.bank import listing
from learnapp.db.bank.banks import categories_of, fingerprints_known, passages_among
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
from learnapp.db.people.scope import require_scope
from learnapp.domain.bank.search import law_in, search_text, wanted
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.core.seen import must_have_seen
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


@dataclass(frozen=True)
class Search:
    """What is looked for among the questions of a bank: a type (None: any), words (empty: any)."""

    type: str | None = None
    words: str = ""

    def within(self, bank: Bank) -> listing.Sought:
        """The same as the list of a bank asks it."""
        return listing.Sought(bank.id, self.type, wanted(self.words))


def questions_of(
    session: Session, bank: Bank, search: Search, page: int, size: int = 50
) -> tuple[list[QuestionVersion], int]:
    """A page of the bank's newest versions, and how many there are: of a search at most one more
    than `listing.MOST_COUNTED`."""
    sought = search.within(bank)
    rows = listing.page_of(session, sought, size, (page - 1) * size)
    return rows, listing.count(session, sought)


@dataclass(frozen=True)
class Beside:
    """New properties of questions beside their content; None leaves it as it is, an empty category
    takes it away."""

    category: Sequence[str] | None = None
    difficulty: int | None = None
    use: str | None = None


def found_by(session: Session, bank: Bank, search: Search) -> list[int]:
    """The newest versions of all questions that a search finds. Their number and mark are for the page
    that asks before they are changed."""
    return listing.all_ids(session, search.within(bank))


def change_all(caller: Caller, bank: Bank, search: Search, beside: Beside, seen: str) -> int:
    """Change properties of all questions that a search finds; return how many there were.

    `seen` is the mark of those that the page counted. No new versions: papers show none of it. Raises
    RuleBroken("change", "nothing_to_change"), RuleBroken("seen", "changed_since_seen").
    """
    session = caller.session
    values: dict[str, Any] = {}
    if beside.category is not None:
        path = tuple(beside.category)
        values["category_id"] = _categories(session, bank, {path}).get(path) if path else None
    if beside.difficulty is not None:
        values["difficulty"] = beside.difficulty
    if beside.use is not None:
        values["use"] = beside.use
    if not values:
        raise RuleBroken("change", "nothing_to_change")
    ids = found_by(session, bank, search)
    must_have_seen(seen, ids)
    for start in range(0, len(ids), 500):
        part = QuestionVersion.id.in_(ids[start : start + 500])
        session.execute(update(QuestionVersion).where(part).values(**values))
    details = {"count": len(ids), "fields": sorted(values)}
    audit_log.record(caller, "questions.changed", ("bank", bank.id), **details)
    return len(ids)


@dataclass(frozen=True)
class Entering:
    """How questions come into a bank: for which use, in which state, and the media types of their
    pictures by SHA-256."""

    use: str = "both"
    pictures: Mapping[str, str] = field(default_factory=dict)
    status: VersionState = VersionState.PUBLISHED


IN_USE = Entering()


def add_questions(
    caller: Caller, bank: Bank, questions: Sequence[Question], entering: Entering = IN_USE
) -> int:
    """Add the questions that the bank does not have yet, published or in review; how many."""
    added = enter(caller, bank, questions, entering)
    if added:
        audit_log.record(caller, "questions.added", ("bank", bank.id), count=added)
    return added


def enter(caller: Caller, bank: Bank, questions: Sequence[Question], entering: Entering) -> int:
    """As `add_questions`, without an entry in the audit log: a part of what has one for the whole."""
    session, now = caller.session, caller.now
    fresh = _fresh(session, bank, questions)
    if not fresh:
        return 0
    rows = [{"bank_id": bank.id, "fingerprint": mark, "recorded_at": now} for mark in fresh]
    ids = _inserted(session, BankQuestion, rows)
    shelf = _shelf(caller, bank, list(fresh.values()))
    versions = _inserted(
        session,
        QuestionVersion,
        [
            _version(caller, shelf, question_id, question)
            | {"use": entering.use, "status": entering.status, "listed": True}
            for question_id, question in zip(ids, fresh.values(), strict=True)
        ],
    )
    made = dict(zip(versions, fresh.values(), strict=True))
    listing.put(session, ((v, bank.id, str(q.type), search_text(q)) for v, q in made.items()))
    session.execute(
        insert(KeyRevision), [first_key(caller.actor, now, v, q) for v, q in made.items()]
    )
    keep_pictures(session, made, entering.pictures)
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
    marked: dict[str, Question] = {}
    for question in questions:
        marked.setdefault(fingerprint(question), question)
    known = fingerprints_known(session, bank.id, marked)
    return {mark: question for mark, question in marked.items() if mark not in known}


@dataclass(frozen=True)
class _Shelf:
    """Where questions go: a bank with the ids of their categories by path, and of their passages by
    fingerprint."""

    bank_id: int
    categories: dict[tuple[str, ...], int]
    passages: dict[str, int]


def _shelf(caller: Caller, bank: Bank, questions: Sequence[Question]) -> _Shelf:
    """The bank, with the categories and passages made that it lacks for these questions."""
    paths = {question.category for question in questions if question.category}
    return _Shelf(
        bank.id,
        _categories(caller.session, bank, paths),
        _passages(caller.session, caller.now, bank, questions),
    )


def _version(caller: Caller, shelf: _Shelf, question_id: int, question: Question) -> dict[str, Any]:
    """A version of a question as a row: the first, published, for any use."""
    passage = None if question.passage is None else shelf.passages[_passage_mark(question.passage)]
    return {
        "question_id": question_id,
        "bank_id": shelf.bank_id,
        "number": 1,
        "type": str(question.type),
        "stem": content.to_json(question.stem),
        "options": [{"id": o.id, "content": content.to_json(o.content)} for o in question.options],
        "passage_id": passage,
        "category_id": shelf.categories.get(question.category),
        "difficulty": question.difficulty,
        "explanation": content.to_json(question.explanation),
        "source": question.source[: lengths.LINE],
        "law": law_in(question.source),
        "search": search_text(question),
        "status": "published",
        "use": "both",
        "recorded_at": caller.now,
        "recorded_by": caller.actor.person_id,
    }


def version_row(caller: Caller, bank: Bank, question_id: int, question: Question) -> dict[str, Any]:
    """A version as a row, its category and passage made where the bank has none like them."""
    return _version(caller, _shelf(caller, bank, [question]), question_id, question)


def _categories(
    session: Session, bank: Bank, wanted: set[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    """The ids of the category paths, making those that are missing, parents first."""
    ids = categories_of(session, bank.id)
    prefixes = {path[: depth + 1] for path in wanted for depth in range(len(path))}
    for path in sorted(prefixes, key=lambda each: (len(each), each)):
        if _stored_path(path) in ids:
            continue
        parent = ids.get(_stored_path(path[:-1])) if path[1:] else None
        row = BankCategory(bank_id=bank.id, parent_id=parent, path=_stored_path(path))
        session.add(row)
        session.flush()
        ids[row.path] = row.id
    return {path: ids[_stored_path(path)] for path in prefixes}


def _stored_path(path: tuple[str, ...]) -> str:
    """A category's path as the column holds it; two that differ past its end are one."""
    return "/".join(path)[: lengths.LINE]


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
    ids = passages_among(session, bank.id, wanted)
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
