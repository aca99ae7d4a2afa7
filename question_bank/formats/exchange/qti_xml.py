"""QTI 2.x and 3.0 under one set of names: qti-choice-interaction and choiceInteraction are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_HYPHEN = re.compile(r"-([a-z0-9])")


def local(element: etree._Element) -> str:
    """The name of an element as QTI 2 writes it: no namespace, no qti- in front, camel case."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    name = tag.rsplit("}", 1)[-1].removeprefix("qti-")
    return _HYPHEN.sub(lambda found: found.group(1).upper(), name)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its name in QTI 2; QTI 3 writes it with hyphens. Empty if it is missing."""
    value = element.get(name)
    if value is None:
        value = element.get(re.sub(r"([A-Z])", lambda f: f"-{f.group(1).lower()}", name))
    return value or ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of a name."""
    return (each for each in element if local(each) == name)


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """All elements of these names inside, in document order."""
    return (each for each in element.iter() if each is not element and local(each) in names)


def first(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of a name."""
    return next(children(element, name), None)


def plain(element: etree._Element | None) -> str:
    """All the text inside."""
    return "" if element is None else "".join(str(each) for each in element.itertext())
