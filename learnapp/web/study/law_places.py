"""Articles of laws that open in place: in a reading, and in the sources of questions."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from learnapp.domain.study.law_texts import cited_in, with_articles_in_place
from learnapp.services.study.law_texts import articles_for
from learnapp.web.core import request_context as req
from learnapp.web.core.html import mark_safe


def opened_in(html: str, title: str) -> str:
    """The HTML of a text of this title, with each article that its reader has the text of opening in place."""
    cited = cited_in(html, title)
    return with_articles_in_place(html, articles_for(req.own_caller(), cited), title)


def with_laws(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions, the articles in their sources opening in place; looked up together."""
    sources = [str(escape(each.get("source") or "")) for each in questions]
    cited = set().union(*(cited_in(each) for each in sources))
    texts = articles_for(req.own_caller(), cited)
    if not texts:
        return questions
    return [
        each | {"source": mark_safe(with_articles_in_place(source, texts))}
        for each, source in zip(questions, sources, strict=True)
    ]
