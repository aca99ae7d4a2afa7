"""The articles of laws that a person may read: those of the laws among the texts of their library."""

from __future__ import annotations

from collections.abc import Collection

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts as duties
from learnapp.db.study import library
from learnapp.domain.exams.remediation import Citation, short_name
from learnapp.domain.study.law_texts import articles_of, spellings

MOST = 60  # articles of a page that are looked up


def articles_for(caller: Caller, cited: Collection[Citation]) -> dict[Citation, str]:
    """The texts (HTML) of the cited articles, as far as a reading of the actor's is the text of that law."""
    wanted = sorted((each.law, each.article) for each in cited if each.article)[:MOST]
    if not wanted:
        return {}
    session, person_id = caller.session, caller.actor.own_id()
    asked = [item.id for item in duties.items_asked_of(session, person_id, caller.now)]
    laws: dict[int, str] = {}
    portions = []
    for row in library.portions_for(session, person_id, asked):
        law = short_name(row.title.strip("《》"))
        if any(law == each for each, _ in wanted):
            laws[row.version_id] = law
            portions.append(row)
    if not portions:
        return {}
    words = {each for _, article in wanted for each in spellings(article)}
    parts: dict[int, list[str]] = {}
    for section in library.sections_naming(session, portions, words):
        parts.setdefault(section.version_id, []).extend((f"{section.heading}<br>", section.html))
    texts = {version: articles_of(found) for version, found in parts.items()}
    return {
        Citation(law, article): own[article]
        for version, own in texts.items()
        for law, article in wanted
        if laws[version] == law and article in own
    }
