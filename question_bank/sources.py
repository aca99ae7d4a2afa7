"""Sources of law: a law, its article and the text that it is cited by, as fields and as a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CITED = re.compile(r"《(?P<law>[^》]+)》(?P<article>[^《》（）；]*)(?:（(?P<as_of>[^（）]*)）)?")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇0-9]+条")
_DATED = re.compile(r"[12][0-9]{3}年")


@dataclass(frozen=True, slots=True)
class LawSource:
    """A place in a law: `article` names articles or chapters, `law_as_of` the text that was read
    (2018年修正，依2026年1月文本); both may be empty."""

    law: str
    article: str = ""
    law_as_of: str = ""

    @property
    def line(self) -> str:
        """The source as it is printed: 《law》article（law_as_of）."""
        return f"《{self.law}》{self.article}" + (f"（{self.law_as_of}）" if self.law_as_of else "")

    @property
    def is_undated(self) -> bool:
        """Whether an article is named, and not the year of the text that it stands in."""
        return bool(_ARTICLE.search(self.article)) and not _DATED.search(self.law_as_of)


def joined(sources: Iterable[LawSource | str]) -> str:
    """Several sources as one line; what is no law is a text as it is."""
    return "；".join(each if isinstance(each, str) else each.line for each in sources)


def laws_in(line: str) -> list[LawSource]:
    """The places in laws that a line names in the form of `LawSource.line`, in their order.

    Laws that share the date behind the last of them, parted by 、 or ，, each have it.
    """
    found: list[LawSource] = []
    shared: list[LawSource] = []
    for cited in _CITED.finditer(line):
        tail = cited["article"]
        article = tail.strip(" 、，,;和及")
        one = LawSource(cited["law"], article, cited["as_of"] or "")
        shared.append(one)
        if one.law_as_of or not tail.rstrip().endswith(("、", "，", ",", "和", "及")):
            found += [LawSource(each.law, each.article, one.law_as_of) for each in shared]
            shared = []
    return found + shared
