"""Formulas as a line of text a person can read: OMML from Word and MathML from the web.

Two formulas that are drawn apart are written apart: what is raised, lowered, over a line or under a
root ends where its brackets end. Brackets that only some neighbours ask for are left open as marks,
which `_settled` turns into brackets or nothing once it is known what is beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lxml import etree

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 60
_FARTHEST = 8  # how many elements beside a formula are looked at for a text
# Marks of brackets that are yet undecided, of signs that no XML can hold: of a script, and of a fraction.
_SCRIPT, _SCRIPT_END, _PART, _PART_END = "\x01", "\x02", "\x03", "\x04"
_MARKS = _SCRIPT + _SCRIPT_END + _PART + _PART_END
# From here on signs are those of Chinese; words of them and of Latin letters do not run together.
_CHINESE = "\u2e80"
_BIND_BEFORE = ")]}!′°%/÷^_√"
_BIND_AFTER = "([{√∛∜∑∏∫!′°%‰^_"
_HAT, _LINE_ABOVE, _LINE_BELOW = "\u0302", "\u0305", "\u0332"


def formula_text(element: etree._Element) -> str:
    """A formula (m:oMath, m:oMathPara or math) on one line: (a+b)/2, x^2, √(x), ∑_(i=1)^n x.

    The text that the paragraph has beside the element decides with it which brackets are needed.
    """
    text = "".join(_inside(element, 0).split("\n")).strip()
    return _settled(text, _before(element), _after(element))


def _before(element: etree._Element) -> str:
    """The last sign before the element in its paragraph, if any."""
    for beside in islice(element.itersiblings(preceding=True), _FARTHEST):
        if text := (beside.tail or "") or _letters(beside):
            return text[-1]
    parent = element.getparent()
    return "" if parent is None else (parent.text or "")[-1:]


def _after(element: etree._Element) -> str:
    """The first sign after the element in its paragraph, if any."""
    if element.tail:
        return str(element.tail)[0]
    for beside in islice(element.itersiblings(), _FARTHEST):
        if text := _letters(beside) or (beside.tail or ""):
            return text[0]
    return ""


def _letters(element: etree._Element) -> str:
    """All text in an element; none of a comment."""
    return "".join(map(str, element.itertext())) if _name(element) else ""


def _settled(text: str, before: str, after: str) -> str:
    """The text with each pair of marks made brackets where a neighbour asks for them, else left out."""
    signs, open_at = list(text), []
    for at, sign in enumerate(text):
        if sign in (_SCRIPT, _PART):
            open_at.append(at)
        elif sign in (_SCRIPT_END, _PART_END):
            begin = open_at.pop()
            last, following = _sign(text, at, -1), _sign(text, at, 1) or after
            needed = _runs_on(last, following)
            if sign == _PART_END:
                preceding, first = _sign(text, begin, -1) or before, _sign(text, begin, 1)
                needed = _binds(preceding, first, _BIND_BEFORE) or _binds(
                    following, last, _BIND_AFTER
                )
            signs[begin], signs[at] = ("(", ")") if needed else ("", "")
    return "".join(signs)


def _sign(text: str, at: int, step: int) -> str:
    """The next sign from a place on that is no mark; "" at the end."""
    at += step
    while 0 <= at < len(text) and text[at] in _MARKS:
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _runs_on(last: str, following: str) -> bool:
    """Whether a script that ends so would be read on: a number by a digit, a word by a character."""
    if last.isdecimal():
        return following.isdecimal()
    return _is_chinese(following)


def _binds(beside: str, inside: str, binding: str) -> bool:
    """Whether a sign beside a fraction would be read as part of it, whose nearest sign is `inside`."""
    if not beside:
        return False
    if beside in binding or (beside.isalnum() and beside < _CHINESE):
        return True
    return _is_chinese(beside) and _is_chinese(inside)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _inside(element: etree._Element, depth: int) -> str:
    if depth > _DEEPEST:
        return _letters(element)
    return "".join(_one(each, depth + 1) for each in element)


def _one(element: etree._Element, depth: int) -> str:
    name = _name(element)
    if depth > _DEEPEST:
        return _letters(element)
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


def _script(text: str) -> str:
    """What is raised or lowered, in brackets unless it is one sign, a number or a Chinese word."""
    bare = text.strip()
    if bare.isdecimal() or _is_chinese(bare):
        return f"{_SCRIPT}{bare}{_SCRIPT_END}"
    return bare if len(bare) <= 1 else f"({bare})"


def _over(top: str, bottom: str, line: str = "/") -> str:
    """A fraction; bound to a neighbour it will be in brackets."""
    above, below = top.strip(), bottom.strip()
    whole = len(above) <= 1 or (above.isalnum() and max(above) < _CHINESE) or _is_chinese(above)
    above = above if whole else f"({above})"
    bare = len(below) <= 1 or below.isdecimal() or _is_chinese(below)
    return f"{_PART}{above}{line}{below if bare else f'({below})'}{_PART_END}"


def _is_chinese(text: str) -> bool:
    return text.isalpha() and min(text) >= _CHINESE


def _scripted(base: str, low: str, high: str) -> str:
    """The base with what is below and above it; a base that has such itself is put in brackets."""
    below = f"_{_script(low)}" if low.strip() else ""
    above = f"^{_script(high)}" if high.strip() else ""
    outside = _outside(base)
    if (below and "_" in outside) or (above and "^" in outside):
        base = f"({base})"
    return f"{base}{below}{above}"


def _outside(text: str) -> str:
    """The signs of a text that no brackets enclose."""
    depth, found = 0, []
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth <= 0:
            found.append(sign)
    return "".join(found)


def _before_base(base: str, low: str, high: str) -> str:
    """Scripts that stand before their base: (_6^14)C."""
    scripts = _scripted("", low, high)
    return f"({scripts}){base}" if scripts else base


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
    """A fraction; without its line it is n over k, as in a binomial coefficient."""
    line = "¦" if _value(e, "fPr", "type") == "noBar" else "/"
    return _over(_child(e, "num", d), _child(e, "den", d), line)


def _root(degree: str, inside: str) -> str:
    return f"√[{degree.strip()}]({inside})" if degree.strip() else f"√({inside})"


def _word_script(e: etree._Element, d: int) -> str:
    return _scripted(_child(e, "e", d), _child(e, "sub", d), _child(e, "sup", d))


def _nary(e: etree._Element, d: int) -> str:
    sign = _value(e, "naryPr", "chr") or "∫"
    return f"{_scripted(sign, _child(e, 'sub', d), _child(e, 'sup', d))} {_child(e, 'e', d)}"


def _accented(base: str, accent: str) -> str:
    bare = base.strip()
    return f"{bare if len(bare) <= 1 else f'({bare})'}{accent}"


def _accent(e: etree._Element, d: int) -> str:
    return _accented(_child(e, "e", d), _value(e, "accPr", "chr") or _HAT)


def _bar(e: etree._Element, d: int) -> str:
    above = _value(e, "barPr", "pos") == "top"
    return _accented(_child(e, "e", d), _LINE_ABOVE if above else _LINE_BELOW)


def _web_fraction(e: etree._Element, d: int) -> str:
    line = "¦" if re.fullmatch(r"0+(\.0*)?[a-z%]*", e.get("linethickness", "")) else "/"
    return _over(_nth(e, 0, d), _nth(e, 1, d), line)


def _web_fence(e: etree._Element, d: int) -> str:
    separators = [*e.get("separators", ",").replace(" ", "")]
    text = ""
    for place, each in enumerate(each for each in e if _name(each)):
        if place and separators:
            text += separators[min(place, len(separators)) - 1]
        text += _one(each, d)
    return f"{e.get('open', '(')}{text}{e.get('close', ')')}"


def _web_scripts(e: etree._Element, d: int) -> str:
    """A base with pairs of scripts after it and, after mprescripts, before it."""
    inside = [each for each in e if _name(each)]
    names = [_name(each) for each in inside]
    middle = names.index("mprescripts") if "mprescripts" in names else len(names)
    texts = [_one(each, d) for each in inside]
    after, before = texts[1:middle], texts[middle + 1 :]
    base = _scripted(_nth(e, 0, d), "".join(after[::2]), "".join(after[1::2]))
    return _before_base(base, "".join(before[::2]), "".join(before[1::2]))


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
    "rad": lambda e, d: _root(_child(e, "deg", d), _child(e, "e", d)),
    **dict.fromkeys(("sSup", "sSub", "sSubSup"), _word_script),
    "sPre": lambda e, d: _before_base(_child(e, "e", d), _child(e, "sub", d), _child(e, "sup", d)),
    "limLow": lambda e, d: _scripted(_child(e, "e", d), _child(e, "lim", d), ""),
    "limUpp": lambda e, d: _scripted(_child(e, "e", d), "", _child(e, "lim", d)),
    "acc": _accent,
    "bar": _bar,
    "nary": _nary,
    "d": _delimited,
    "m": _matrix,
    "mtable": _matrix,
    "eqArr": _lines,
    "mfrac": _web_fraction,
    "mfenced": _web_fence,
    "msqrt": lambda e, d: _root("", _inside(e, d)),
    "mroot": lambda e, d: _root(_nth(e, 1, d), _nth(e, 0, d)),
    **dict.fromkeys(("msub", "munder"), lambda e, d: _scripted(_nth(e, 0, d), _nth(e, 1, d), "")),
    **dict.fromkeys(("msup", "mover"), lambda e, d: _scripted(_nth(e, 0, d), "", _nth(e, 1, d))),
    **dict.fromkeys(
        ("msubsup", "munderover"),
        lambda e, d: _scripted(_nth(e, 0, d), _nth(e, 1, d), _nth(e, 2, d)),
    ),
    "mmultiscripts": _web_scripts,
}
