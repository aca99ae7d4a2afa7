"""A bank with many questions, written in bulk: texts of their own, some with a second version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from learnapp.db.bank import listing
from learnapp.db.bank.models import Bank, BankQuestion, KeyRevision, QuestionVersion
from learnapp.domain.bank.search import search_text
from question_bank import content
from question_bank.content import Content
from question_bank.model import ChoiceKey, Option, Question, QuestionType, key_to_json
from tests.small_office import NOW

BATCH = 5_000
_SUBJECTS = ("行政处罚", "刑事诉讼", "民事执行", "社区矫正", "人民调解", "法律援助", "取保候审")
_TOPICS = ("期限", "管辖", "回避", "证据", "送达", "听证", "复议", "时效", "代理", "公开")
SECOND_VERSION_EVERY = 20


def question(number: int) -> Question:
    """A single choice whose words follow from its number."""
    subject, topic = _SUBJECTS[number % 7], _TOPICS[number // 7 % 10]
    text = f"第{number}题 关于{subject}的{topic}，下列哪一项说法是正确的？"
    options = tuple(
        Option(each, Content.from_text(f"{topic}说法{each}{number}")) for each in "abcd"
    )
    return Question(
        QuestionType.SINGLE,
        Content.from_text(text),
        options,
        ChoiceKey(frozenset("a")),
        source=f"《{subject}法》第{number % 90 + 1}条",
    )


def add(session: Session, bank: Bank, count: int, author: int | None = None) -> list[int]:
    """Published questions of a bank; every twentieth has a draft that would replace it. The ids of
    the published versions, in order."""
    found: list[int] = []
    for start in range(0, count, BATCH):
        numbers = range(start, min(count, start + BATCH))
        found += _batch(session, bank, [question(each) for each in numbers], numbers, author)
    return found


def _batch(
    session: Session, bank: Bank, made: list[Question], numbers: range, author: int | None
) -> list[int]:
    rows = [
        {"bank_id": bank.id, "fingerprint": f"scale-{bank.id}-{each}", "recorded_at": NOW}
        for each in numbers
    ]
    ids = insert_many(session, BankQuestion, rows)
    first = insert_many(session, QuestionVersion, list(_versions(bank, ids, made, author)))
    again = [
        {**row, "number": 2, "status": "draft"}
        for place, row in enumerate(_versions(bank, ids, made, author))
        if numbers[place] % SECOND_VERSION_EVERY == 0
    ]
    second = insert_many(session, QuestionVersion, again)
    newest = dict(zip(ids, first, strict=True))
    newest |= dict(zip([row["question_id"] for row in again], second, strict=True))
    listed = [newest[each] for each in ids]
    for start in range(0, len(listed), 500):
        session.execute(
            update(QuestionVersion)
            .where(QuestionVersion.id.in_(listed[start : start + 500]))
            .values(listed=True)
        )
    listing.put(
        session,
        ((v, bank.id, str(q.type), search_text(q)) for v, q in zip(listed, made, strict=True)),
    )
    key = key_to_json(made[0].key)
    session.execute(
        insert(KeyRevision.__table__),
        [
            {"version_id": each, "number": 1, "key": key, "reason": "", "recorded_at": NOW}
            for each in (*first, *second)
        ],
    )
    return first


def _versions(
    bank: Bank, ids: list[int], made: list[Question], author: int | None
) -> Iterator[dict[str, Any]]:
    for question_id, each in zip(ids, made, strict=True):
        options = [{"id": o.id, "content": content.to_json(o.content)} for o in each.options]
        yield {
            "question_id": question_id,
            "bank_id": bank.id,
            "number": 1,
            "type": str(each.type),
            "stem": content.to_json(each.stem),
            "options": options,
            "difficulty": question_id % 5 + 1,
            "explanation": content.to_json(each.explanation),
            "source": each.source,
            "search": search_text(each),
            "status": "published",
            "use": "both",
            "recorded_at": NOW - timedelta(days=30),
            "recorded_by": author,
        }


def insert_many(session: Session, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows of a table that nobody else writes to, and give their ids in order."""
    if not rows:
        return []
    last = session.scalar(select(func.max(table.id))) or 0
    session.execute(insert(table.__table__), rows)
    return list(session.scalars(select(table.id).where(table.id > last).order_by(table.id)))
