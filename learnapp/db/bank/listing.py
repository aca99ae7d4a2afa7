"""The list of a bank: the newest version of each question that is not retired, found by index.

`QuestionVersion.listed` marks them, and a search finds them by the pairs of characters that stand
side by side in their text. SQLite has the pairs in an FTS5 table; PostgreSQL has them in a GIN index
over an expression, without an extension: pg_trgm finds no word of two characters, and most Chinese
words are that long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ARRAY,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    table,
    text,
    update,
)
from sqlalchemy.orm import Session

from learnapp.db.bank.models import BankQuestion, QuestionVersion

# A search counts as far as this; nobody pages through more.
MOST_COUNTED = 10_000
_SEARCH = table("question_search", column("rowid"), column("question_search"))
_PUT = text("INSERT INTO question_search (rowid, place, pairs) VALUES (:id, :place, :pairs)")
_TAKE_OUT = text(
    "INSERT INTO question_search (question_search, rowid, place, pairs)"
    " VALUES ('delete', :id, :place, :pairs)"
)


@dataclass(frozen=True)
class Sought:
    """What a list shows of a bank: a type (None: any), and a folded text (empty: any)."""

    bank_id: int
    type: str | None = None
    text: str = ""


def page_of(session: Session, sought: Sought, limit: int, offset: int) -> list[QuestionVersion]:
    """The listed versions from a place on, in the order of their ids."""
    ids = _ids(session, sought).limit(limit).offset(offset).subquery()
    found = select(QuestionVersion).join(ids, ids.c[0] == QuestionVersion.id)
    return list(session.scalars(found.order_by(QuestionVersion.id)))


def count(session: Session, sought: Sought) -> int:
    """How many there are; of a search at most MOST_COUNTED + 1, which means more than that."""
    ids = _ids(session, sought)
    ids = ids.limit(MOST_COUNTED + 1) if sought.text else ids.order_by(None)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def all_ids(session: Session, sought: Sought) -> list[int]:
    """The ids of all that are found."""
    return list(session.scalars(_ids(session, sought)))


def _ids(session: Session, sought: Sought) -> Select[int]:
    """By index alone, in order."""
    if sought.text and session.get_bind().dialect.name == "sqlite":
        match = _SEARCH.c.question_search.op("MATCH")(_match(sought))
        return select(_SEARCH.c.rowid.label("id")).where(match).order_by(_SEARCH.c.rowid)
    wanted = [QuestionVersion.listed, QuestionVersion.bank_id == sought.bank_id]
    if sought.type:
        wanted.append(QuestionVersion.type == sought.type)
    if sought.text:
        pairs = bindparam(None, _grams(sought.text), ARRAY(Text))
        wanted.append(func.text_pairs(QuestionVersion.search).op("@>")(cast(pairs, ARRAY(Text))))
        if len(sought.text) > 2:  # all its pairs may occur apart from one another
            wanted.append(QuestionVersion.search.contains(sought.text, autoescape=True))
    return select(QuestionVersion.id).where(*wanted).order_by(QuestionVersion.id)


def _grams(words: str) -> list[str]:
    """The pairs of a text as PostgreSQL has them in its index; of one character itself."""
    return [words] if len(words) == 1 else sorted({a + b for a, b in pairwise(words)})


def _place(bank_id: int, type_: str) -> str:
    """What says where a version is listed, as words of the FTS5 table."""
    return f"b{bank_id} t{type_.replace('_', '')}"


def _pairs(words: str) -> Iterator[str]:
    """Each character with the one after it, as words of ASCII alone; the last one by itself."""
    signs = [f"{ord(each):x}" for each in words]
    for first, then in zip(signs, [*signs[1:], ""], strict=True):
        yield f"{first}x{then}"


def _match(sought: Sought) -> str:
    """The query of FTS5: the pairs one after the other, which is the text itself."""
    pairs = list(_pairs(sought.text))
    phrase = f"{pairs[0]}*" if len(pairs) == 1 else f'"{" ".join(pairs[:-1])}"'
    where = f"place : b{sought.bank_id}"
    if sought.type:  # as a phrase: an address may ask for any words
        kind = sought.type.replace("_", "").replace('"', "")
        where += f' AND place : "t{kind}"'
    return f"{where} AND pairs : {phrase}"


def put(session: Session, versions: Iterable[tuple[int, int, str, str]]) -> None:
    """Make versions that are marked as listed findable: (id, bank, type, search text)."""
    if session.get_bind().dialect.name != "sqlite":
        return
    rows = [document_of(*each) for each in versions]
    if rows:
        session.execute(_PUT, rows)


def document_of(version_id: int, bank_id: int, type_: str, words: str) -> dict[str, Any]:
    """A version as the FTS5 table takes it."""
    return {
        "id": version_id,
        "place": _place(bank_id, type_),
        "pairs": " ".join(_pairs(words)),
    }


def refresh(session: Session, question_id: int) -> None:
    """List the newest version of a question, and no other; none while the question is retired."""
    session.flush()
    retired = select(BankQuestion.retired_at).where(BankQuestion.id == question_id)
    versions = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.bank_id,
            QuestionVersion.type,
            QuestionVersion.search,
            QuestionVersion.listed,
        )
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
    ).all()
    newest = None if session.scalar(retired) is not None or not versions else versions[0]
    gone = [each for each in versions if each.listed and each is not newest]
    _mark(session, [each.id for each in gone], listed=False)
    if session.get_bind().dialect.name == "sqlite":
        for each in gone:
            session.execute(_TAKE_OUT, document_of(each.id, each.bank_id, each.type, each.search))
    if newest is not None and not newest.listed:
        _mark(session, [newest.id], listed=True)
        put(session, [(newest.id, newest.bank_id, newest.type, newest.search)])


def retire(session: Session, now: datetime, question_id: int) -> None:
    """Retire a question: none of its versions is listed from now on."""
    session.execute(
        update(BankQuestion).where(BankQuestion.id == question_id).values(retired_at=now)
    )
    refresh(session, question_id)


def _mark(session: Session, ids: Sequence[int], listed: bool) -> None:
    if ids:
        session.execute(
            update(QuestionVersion).where(QuestionVersion.id.in_(ids)).values(listed=listed)
        )
