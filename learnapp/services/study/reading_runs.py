"""The runs of a Word paragraph as HTML: emphasis, pictures, notes, formulas; and what is lost."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree
from markupsafe import escape

from question_bank.formats.office.docx_file import targets_of
from question_bank.formats.office.formula import formula_text
from question_bank.formats.office.numbering import W
from question_bank.formats.packages.package import Package
from question_bank.formats.packages.pictures import keep_picture
from question_bank.formats.recognise.lines import LOST_PICTURE, clean
from question_bank.formats.records import MediaFile, Refused

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MOST_PICTURES = 2_000
_SKIPPED = frozenset(
    {
        *(f"{W}{n}" for n in ("del", "moveFrom", "rPr", "pPr", "instrText", "delText")),
        f"{_MC}Fallback",
    }
)
_SIGNS = {"tab": "\u2003", "ptab": "\u2003", "br": "<br>", "cr": "<br>", "noBreakHyphen": "-"}
# What has no place in a text of ours, by the local name of its element.
_LOST = {
    "chart": "chart",
    "relIds": "diagram",
    "OLEObject": "object",
    "commentReference": "comment",
    "sym": "symbol",
    "control": "form_field",
    "altChunk": "object",
}
_FLAGS = (
    (("b", "em"), "strong"),
    (("i",), "em"),
    (("u",), "u"),
    (("strike", "dstrike"), "s"),
)
_SCRIPTS = {"superscript": "sup", "subscript": "sub"}


class Runs:
    """Turns paragraphs of one document into HTML; keeps its pictures, notes and losses."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._targets = targets_of(package)
        self.media: dict[str, MediaFile] = {}
        self._marks: dict[str, str] = {}
        self._lost: list[tuple[str, str]] = []
        self._notes: list[str] = []
        self._noted = 0
        self._pictures = 0
        self._known = {
            kind: _notes(package.xml(f"word/{kind}s.xml"), kind) for kind in ("footnote", "endnote")
        }

    def of(self, paragraph: etree._Element) -> tuple[str, str]:
        """The paragraph as HTML and as plain text."""
        pieces = list(self._pieces(paragraph))
        html = "".join(each for each, _ in pieces).replace("</strong><strong>", "")
        return html, "".join(text for _, text in pieces)

    def lose(self, code: str, name: str = "") -> None:
        """Say that something could not be stored."""
        self._lost.append((code, name[:60]))

    def take_lost(self) -> list[tuple[str, str]]:
        """What was lost since the last call."""
        lost, self._lost = self._lost, []
        return lost

    def take_notes(self) -> list[str]:
        """The notes that were referred to since the last call, as paragraphs."""
        notes, self._notes = self._notes, []
        return notes

    def _pieces(self, element: etree._Element) -> Iterator[tuple[str, str]]:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                continue
            if tag == f"{W}r":
                yield from self._run(child)
            elif tag == f"{W}t":
                text = clean(child.text or "")
                yield str(escape(text)).replace("\n", "<br>"), text
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                text = clean(formula_text(child))
                self.lose("formula", text)
                yield str(escape(text)), text
            elif tag == f"{_A}blip":
                yield self._picture(child.get(f"{_R}embed")), ""
            elif tag == f"{_V}imagedata":
                yield self._picture(child.get(f"{_R}id")), ""
            elif tag == f"{W}txbxContent":
                yield from self._box(child)
            else:
                yield from self._other(child, tag.rpartition("}")[2])

    def _other(self, child: etree._Element, name: str) -> Iterator[tuple[str, str]]:
        if name in _SIGNS and child.tag.startswith(W):
            yield _SIGNS[name], "\n" if name in ("br", "cr") else " "
        elif name in ("footnoteReference", "endnoteReference"):
            yield self._note(name.removesuffix("Reference"), child.get(f"{W}id", "")), ""
        elif name in _LOST:
            self.lose(_LOST[name])
        else:
            yield from self._pieces(child)

    def _run(self, run: etree._Element) -> Iterator[tuple[str, str]]:
        properties = run.find(f"{W}rPr")
        pieces = list(self._pieces(run))
        if properties is None or not pieces:
            yield from pieces
            return
        html, text = "".join(each for each, _ in pieces), "".join(each for _, each in pieces)
        if _is_on(properties.find(f"{W}vanish")):
            if text.strip():
                self.lose("hidden", text.strip())
            return
        if text.strip():
            for names, tag in _FLAGS:
                if any(_is_on(properties.find(f"{W}{name}")) for name in names):
                    html = f"<{tag}>{html}</{tag}>"
            script = properties.find(f"{W}vertAlign")
            if script is not None and (tag := _SCRIPTS.get(script.get(f"{W}val", ""), "")):
                html = f"<{tag}>{html}</{tag}>"
        yield html, text

    def _box(self, box: etree._Element) -> Iterator[tuple[str, str]]:
        """A text box is part of its paragraph: its lines, each after a break."""
        for paragraph in box.iterchildren(f"{W}p"):
            html, text = self.of(paragraph)
            if html:
                yield f"<br>{html}", f"\n{text}"
        if box.find(f"{W}tbl") is not None:
            self.lose("table_in_box")

    def _note(self, kind: str, number: str) -> str:
        note = self._known[kind].get(number)
        if note is None:
            self.lose("note")
            return ""
        self._noted += 1
        mark = f"<sup>{self._noted}</sup>"
        del self._known[kind][number]  # a note that refers to itself has no end
        inside = [self.of(each)[0] for each in note.iterchildren(f"{W}p")]
        self._known[kind][number] = note
        self._notes.append(f'<p class="footnote">{mark} {"<br>".join(filter(None, inside))}</p>')
        return mark

    def _picture(self, relation: str | None) -> str:
        name = self._targets.get(relation or "")
        self._pictures += 1
        if self._pictures > _MOST_PICTURES:
            raise Refused("too_large", pictures=_MOST_PICTURES)
        if name is not None and name not in self._marks:
            data = self._package.read(name)
            self._marks[name] = keep_picture(data, name, self.media)
        mark = self._marks.get(name or "", LOST_PICTURE)
        if mark == LOST_PICTURE:
            self.lose("picture", posixpath.basename(name or ""))
            return ""
        return f'<img src="/media/{mark[1:-1]}" alt="">'


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and element.get(f"{W}val") not in ("0", "false", "off", "none")


def _notes(root: etree._Element | None, kind: str) -> dict[str, etree._Element]:
    """The notes of a document by their ids, without the lines that separate them."""
    if root is None:
        return {}
    return {
        each.get(f"{W}id", ""): each
        for each in root.iterfind(f"{W}{kind}")
        if each.get(f"{W}type") in (None, "normal")
    }
