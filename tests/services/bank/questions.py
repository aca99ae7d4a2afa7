"""Questions of banks for tests: some of the sample, made of another stem, with a picture, reworded."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.domain.bank.versions import VersionAction
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import questions
from question_bank import sample
from question_bank.content import Content, Media, Paragraph, Text
from question_bank.editing import to_fields
from question_bank.model import Question, QuestionType


def made(stem: str | Content, **values: object) -> Question:
    """A single choice of the sample with another stem."""
    plain = next(each for each in sample.load() if each.type is QuestionType.SINGLE)
    return replace(plain, stem=Content.from_text(stem) if isinstance(stem, str) else stem, **values)


def pictured(sha256: str, text: str = "看图") -> Content:
    """A line of text with a picture."""
    return Content((Paragraph((Text(text), Media(sha256))),))


def first_version(session: Session, type_: str = "single") -> QuestionVersion:
    """The first published question of a type."""
    found = session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.type == type_, QuestionVersion.status == "published")
        .order_by(QuestionVersion.id)
    ).first()
    assert found is not None
    return found


def reworded(caller: Caller, stem: str, old: QuestionVersion | None = None) -> QuestionVersion:
    """A question with another stem, as the caller submits it to review."""
    old = old or first_version(caller.session)
    data = to_fields(version_in_reach(caller, old.id, Permission.BANK_EDIT).data)
    new, _ = questions.edit(caller, old.id, replace(data, stem=stem), questions.About())
    assert new is not None
    questions.apply_action(caller, new.id, VersionAction.SUBMITTED)
    return new
