"""Formulas as a line of text a person can read: OMML from Word and MathML from the web."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 60


def formula_text(element: etree._Element) -> str:
    """A formula (m:oMath, m:oMathPara or math) on one line: (a+b)/(2), x^(2), √(x), ∑_(i)^(n)."""
    return "".join(_inside(element, 0).split("\n")).strip()


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _inside(element: etree._Element, depth: int) -> str:
    if depth > _DEEPEST:
        return "".join(str(each) for each in element.itertext())
    return "".join(_one(each, depth + 1) for each in element)


def _one(element: etree._Element, depth: int) -> str:
    name = _name(element)
    if depth > _DEEPEST:
        return "".join(str(each) for each in element.itertext())
    if (shape := _SHAPES.get(name)) is not None:
        return shape(element, depth)
    if name in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return "".join(str(each) for each in element.itertext()).strip("\n")
    if name.endswith("Pr") or name in ("annotation", "annotation-xml"):
        return ""
    return _inside(element, depth)


def _child(element: etree._Element, name: str, depth: int) -> str:
    for each in element:
        if _name(each) == name:
            return _inside(each, depth)
    return ""


def _nth(element: etree._Element, place: int, depth: int) -> str:
    inside = [each for each in element if _name(each)]
    return _one(inside[place], depth) if place < len(inside) else ""


def _grouped(text: str) -> str:
    """The text, in brackets unless it is one sign or number."""
    bare = text.strip()
    return bare if len(bare) <= 1 or bare.isalnum() else f"({bare})"


def _value(element: etree._Element, *path: str) -> str | None:
    """The m:val of a property such as naryPr/chr."""
    for name in path:
        element_ = next((each for each in element if _name(each) == name), None)
        if element_ is None:
            return None
        element = element_
    value = element.get(f"{MATH}val")
    return None if value is None else str(value)


def _fraction(e: etree._Element, d: int) -> str:
    return f"{_grouped(_child(e, 'num', d))}/{_grouped(_child(e, 'den', d))}"


def _root(e: etree._Element, d: int) -> str:
    degree = _child(e, "deg", d).strip()
    sign = f"{_grouped(degree)}√" if degree else "√"
    return f"{sign}({_child(e, 'e', d)})"


def _script(e: etree._Element, d: int) -> str:
    low, high = _child(e, "sub", d), _child(e, "sup", d)
    below = f"_{_grouped(low)}" if low.strip() else ""
    above = f"^{_grouped(high)}" if high.strip() else ""
    return f"{_child(e, 'e', d)}{below}{above}"


def _nary(e: etree._Element, d: int) -> str:
    sign = _value(e, "naryPr", "chr") or "∫"
    low, high = _child(e, "sub", d), _child(e, "sup", d)
    below = f"_{_grouped(low)}" if low.strip() else ""
    above = f"^{_grouped(high)}" if high.strip() else ""
    return f"{sign}{below}{above} {_child(e, 'e', d)}"


def _delimited(e: etree._Element, d: int) -> str:
    opening = _value(e, "dPr", "begChr")
    closing = _value(e, "dPr", "endChr")
    between = _value(e, "dPr", "sepChr") or "|"
    parts = [_inside(each, d) for each in e if _name(each) == "e"]
    left = "(" if opening is None else opening
    return f"{left}{between.join(parts)}{')' if closing is None else closing}"


def _matrix(e: etree._Element, d: int) -> str:
    rows = [
        ", ".join(_inside(cell, d) for cell in row if _name(cell) in ("e", "mtd"))
        for row in e
        if _name(row) in ("mr", "mtr")
    ]
    return f"[{'; '.join(rows)}]"


def _lines(e: etree._Element, d: int) -> str:
    return "; ".join(_inside(each, d) for each in e if _name(each) == "e")


_SHAPES: dict[str, Callable[[etree._Element, int], str]] = {
    "f": _fraction,
    "rad": _root,
    **dict.fromkeys(("sSup", "sSub", "sSubSup", "sPre"), _script),
    "limLow": lambda e, d: f"{_child(e, 'e', d)}_{_grouped(_child(e, 'lim', d))}",
    "limUpp": lambda e, d: f"{_child(e, 'e', d)}^{_grouped(_child(e, 'lim', d))}",
    "nary": _nary,
    "d": _delimited,
    "m": _matrix,
    "mtable": _matrix,
    "eqArr": _lines,
    "mfrac": lambda e, d: f"{_grouped(_nth(e, 0, d))}/{_grouped(_nth(e, 1, d))}",
    "msqrt": lambda e, d: f"√({_inside(e, d)})",
    "mroot": lambda e, d: f"{_grouped(_nth(e, 1, d))}√({_nth(e, 0, d)})",
    "msup": lambda e, d: f"{_nth(e, 0, d)}^{_grouped(_nth(e, 1, d))}",
    "msub": lambda e, d: f"{_nth(e, 0, d)}_{_grouped(_nth(e, 1, d))}",
    "munder": lambda e, d: f"{_nth(e, 0, d)}_{_grouped(_nth(e, 1, d))}",
    "mover": lambda e, d: f"{_nth(e, 0, d)}^{_grouped(_nth(e, 1, d))}",
    **dict.fromkeys(
        ("msubsup", "munderover"),
        lambda e, d: f"{_nth(e, 0, d)}_{_grouped(_nth(e, 1, d))}^{_grouped(_nth(e, 2, d))}",
    ),
}
