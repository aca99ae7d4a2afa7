"""补学: which sections of a reading a question rests on: by what both of them cite, or by the
category that both of them are in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from learnapp.domain.people.names import name_key

_NUMBER = "[一二三四五六七八九十百千零〇两0-9]+"
_CITED = re.compile(
    rf"《([^》]+)》((?:第{_NUMBER}条(?:之{_NUMBER})?(?:第{_NUMBER}[款项])*[、，和及至]*)*)"
)
_ARTICLE = re.compile(rf"第({_NUMBER})条(之{_NUMBER})?")
_TAG = re.compile(r"<[^>]+>")
_STATE = "中华人民共和国"
_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


class ReadingReason(StrEnum):
    """Why a section is to be read: it treats the law that a question rests on, or is a text of the
    question's category where nothing treats its law."""

    LAW = "law"
    CATEGORY = "category"


@dataclass(frozen=True)
class Citation:
    """An article of a law, or the law itself; the law by its short name, the article by its number."""

    law: str
    article: str | None


def short_name(law: str) -> str:
    """A law's name as texts go on to use it: 刑法 for 中华人民共和国刑法."""
    return re.sub(r"[（(].*?[）)]", "", law).strip().removeprefix(_STATE)


def _value(number: str) -> int:
    """二百三十四 and 234 are one number."""
    if number.isdigit():
        return int(number)
    whole = digit = 0
    for char in number:
        if char in _TENS:
            whole += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = 10 * digit + (int(char) if char.isdigit() else _DIGITS[char])
    return whole + digit


def article_number(written: str) -> str:
    """第一百三十三条之一 as 133.1, 第20条 as 20. Raises ValueError for anything else."""
    found = _ARTICLE.match(written)
    if found is None:
        raise ValueError(written)
    return _number(found)


def _number(found: re.Match[str]) -> str:
    return f"{_value(found[1])}" + (f".{_value(found[2][1:])}" if found[2] else "")


def _articles(text: str) -> set[str]:
    return set(map(_number, _ARTICLE.finditer(text)))


def citations(source: str) -> set[Citation]:
    """What a question says it rests on: 《…法》第…条; a law alone where no article is named."""
    found = set()
    for law, articles in _CITED.findall(source):
        numbers: set[str | None] = {*_articles(articles)} or {None}
        found |= {Citation(short_name(law), number) for number in numbers}
    return found


def law_cited(law: str) -> set[Citation]:
    """What the name of a law beside a question means: its citations, or the law as a whole."""
    name = short_name(law)
    return citations(law) or ({Citation(name, None)} if name else set())


def of_category(question: Sequence[str], reading: str) -> bool:
    """Whether a reading is of the question's category: the same one, one above it or one below.

    A reading's category is a path such as 刑法/总则, or its first parts; an empty one is none.
    """
    mine = [name_key(each) for each in question if each.strip()]
    its = [name_key(each) for each in re.split("[/／]", reading) if each.strip()]
    shared = min(len(mine), len(its))
    return shared > 0 and mine[:shared] == its[:shared]


def cites_any(title: str, html: str, wanted: set[Citation]) -> bool:
    """Whether a section treats one of the articles: it names the law and, near by, the article.

    A law without an article is treated by what has its name in the title.
    """
    text = _TAG.sub("", html)
    for each in wanted:
        if each.article is None:
            if each.law in title:
                return True
        elif each.article in _articles_near(text, each.law, each.law in title):
            return True
    return False


def _articles_near(text: str, law: str, is_about_it: bool) -> set[str]:
    """The articles that a text names of a law: in a sentence of it, or in the one after."""
    if is_about_it:
        return _articles(text)
    found: set[str] = set()
    sentences = re.split(r"[。；\n]", text)
    for place, sentence in enumerate(sentences):
        named = any(law in each for each in sentences[max(0, place - 2) : place + 1])
        if named:
            found |= _articles(sentence)
    return found
