"""HTML and XHTML as marked text and back: what a person reads, without what could act."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from lxml import etree
from lxml import html as lxml_html

from question_bank.content import Blank, Content, Media, Text
from question_bank.formats.office.formula import formula_text
from question_bank.formats.office.raised import lowered, raised
from question_bank.formats.recognise.lines import clean

# What a source of a picture becomes: a mark for a picture that is there, else "".
Pictures = Callable[[str, str], str]

_BLOCKS = frozenset(
    {
        *("p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("table", "tr", "caption", "thead", "tbody", "blockquote", "pre", "hr", "center"),
        *("section", "article", "figure", "header", "footer", "address"),
    }
)
_SILENT = frozenset(
    {
        *("script", "style", "head", "title", "template", "noscript", "iframe", "object", "embed"),
        *("link", "meta"),
    }
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HARD = "\ue006"  # a space that stays one, until all the others are put in order
_MEDIA_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


def no_pictures(source: str, alt: str) -> str:
    """The description in place of a picture, for texts whose pictures cannot come along."""
    return f"[{alt.strip()}]" if alt.strip() else ""


def text_of_html(source: str, pictures: Pictures = no_pictures) -> str:
    """The marked text of an HTML fragment; what is not HTML comes back as it is, cleaned."""
    if "<" not in source:
        return clean(html.unescape(source)).strip()
    try:
        root = lxml_html.fragment_fromstring(source, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return clean(html.unescape(re.sub(r"<[^>]*>", " ", source))).strip()
    return text_of(root, pictures)


def text_of(
    root: etree._Element,
    pictures: Pictures = no_pictures,
    special: Callable[[etree._Element], str | None] | None = None,
) -> str:
    """The marked text of an element: blocks on lines of their own, formulas linear, scripts gone.

    `special` may give the text of an element of its own, such as a gap; None leaves it to us.
    """
    walk = _Walk(root, pictures, special)
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            walk.start(element)
        else:
            walk.end(element, event == "end")
    return _tidy("".join(walk.out))


class _Walk:
    """Collects text on the way through a tree; never deeper than one level of our own calls."""

    def __init__(
        self,
        root: etree._Element,
        pictures: Pictures,
        special: Callable[[etree._Element], str | None] | None,
    ) -> None:
        self.out: list[str] = []
        self._root = root
        self._pictures = pictures
        self._special = special
        self._skipped: etree._Element | None = None
        self._raised: list[int] = []

    def start(self, element: etree._Element) -> None:
        """An element begins: its own text, unless it is read as a whole."""
        if self._skipped is not None:
            return
        name = _local(element)
        own = None
        if element is not self._root:
            own = self._special(element) if self._special is not None else None
            own = _own(element, name, self._pictures) if own is None else own
        if own is not None:
            self.out.append(own)
            self._skipped = element
            return
        if name in _BLOCKS:
            self.out.append("\n")
        if name in ("sup", "sub"):
            self._raised.append(len(self.out))
        self.out.append(_text(element.text))

    def end(self, element: etree._Element, is_element: bool) -> None:
        """An element, a comment or an instruction is over: what follows it."""
        if self._skipped is not None and element is not self._skipped:
            return
        name = _local(element) if is_element else ""
        if element is self._skipped:
            self._skipped = None
        elif name in ("sup", "sub") and self._raised:
            start = self._raised.pop()
            self.out[start:] = [(raised if name == "sup" else lowered)("".join(self.out[start:]))]
        if name in _BLOCKS:
            self.out.append("\n")
        elif name in ("td", "th"):
            self.out.append("\t")
        if element is not self._root:
            self.out.append(_text(element.tail))


def _local(element: etree._Element) -> str:
    return element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _own(element: etree._Element, name: str, pictures: Pictures) -> str | None:
    """The whole text of an element that is not read through; None for all others."""
    if name in _SILENT:
        return ""
    if name in ("math", "omath", "omathpara"):
        return formula_text(element)
    if name == "img":
        return pictures(element.get("src") or "", element.get("alt") or "")
    return None


def _text(text: str | None) -> str:
    if not text:
        return ""
    text = text.replace(_HARD, "").replace("\xa0", _HARD)
    return _SPACES.sub(" ", clean(text).replace("\n", " "))


def _tidy(text: str) -> str:
    lines = (line.strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip().replace(_HARD, " ")


def html_of(
    content: Content,
    pictures: Mapping[str, str] | None = None,
    blank: Callable[[int], str] | None = None,
) -> str:
    """The content as HTML: a p a paragraph, pictures by the address given for their SHA-256.

    Everything is escaped; `blank` gives the markup of a gap, four underscores if it is missing.
    """
    paragraphs = []
    for paragraph in content.paragraphs:
        pieces = []
        for piece in paragraph.pieces:
            match piece:
                case Text(text):
                    pieces.append(_escaped(text))
                case Blank(number):
                    pieces.append(blank(number) if blank else "____")
                case Media(sha256, alt):
                    source = (pictures or {}).get(sha256)
                    if source is not None:
                        quoted = html.escape(source), html.escape(alt)
                        pieces.append(f'<img src="{quoted[0]}" alt="{quoted[1]}"/>')
                    elif alt:
                        pieces.append(html.escape(f"[{alt}]", quote=False))
        paragraphs.append("".join(pieces))
    return "".join(f"<p>{each}</p>" for each in paragraphs)


def _escaped(text: str) -> str:
    """The text as markup, with the spaces that HTML would drop made hard."""
    hard = re.sub(r"^ | (?= )| $", "\xa0", text)
    return html.escape(hard, quote=False)


def media_type(data: bytes) -> str | None:
    """The media type of a picture that pages can show, by its first bytes; None for others."""
    return next((kind for head, kind in _MEDIA_TYPES.items() if data.startswith(head)), None)
