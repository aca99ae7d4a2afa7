"""Pictures that float over a worksheet or, as WPS does it, live in its cells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from lxml import etree

from question_bank.formats.packages.package import Package
from question_bank.formats.packages.pictures import keep_picture
from question_bank.formats.recognise.headers import MarkedText, cell_text
from question_bank.formats.records import MediaFile

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_IN_CELL = re.compile(r"""=?(?:_xlfn\.)?DISPIMG\(\s*["']?(ID_[0-9A-Za-z]+)["']?\s*,[^)]*\)""")
_CELL_IMAGES = "xl/cellimages.xml"
_MOST = 20_000


class SheetPictures:
    """The pictures of one workbook, each decoded once."""

    def __init__(self, package: Package, media: dict[str, MediaFile]) -> None:
        self._package = package
        self._media = media
        self._marks: dict[str, str] = {}
        self._named = self._in_cells()

    @property
    def in_cells(self) -> bool:
        """Whether cells may show pictures by name."""
        return bool(self._named) or _CELL_IMAGES in self._package.names

    def floating(self, part: str) -> dict[tuple[int, int], str]:
        """The marks of pictures over a worksheet, by row and column (from 0) of their corner."""
        found: dict[tuple[int, int], str] = {}
        for drawing in self._targets(part, "drawing").values():
            root = self._package.xml(drawing)
            targets = self._targets(drawing, "image")
            for anchor in root if root is not None else ():
                place = _corner(anchor)
                for blip in anchor.iter("{*}blip"):
                    target = targets.get(blip.get(f"{_R}embed", ""))
                    if place is not None and target is not None and len(found) < _MOST:
                        found[place] = found.get(place, "") + self._mark(target)
        return found

    def named(self, text: str) -> str | None:
        """The marks for a cell that shows pictures by name, as WPS writes them; None for others."""
        if "DISPIMG" not in text:
            return None
        lost = keep_picture(None, "", self._media)
        return _IN_CELL.sub(lambda each: self._named.get(each.group(1), lost), text)

    def _in_cells(self) -> dict[str, str]:
        root = self._package.xml(_CELL_IMAGES)
        if root is None:
            return {}
        targets = self._targets(_CELL_IMAGES, "image")
        found = {}
        for picture in root.iter("{*}pic"):
            about = next(picture.iter("{*}cNvPr"), None)
            blip = next(picture.iter("{*}blip"), None)
            target = None if blip is None else targets.get(blip.get(f"{_R}embed", ""))
            if about is not None and target is not None:
                found[about.get("name", "")] = self._mark(target)
        return found

    def _mark(self, target: str) -> str:
        if target not in self._marks:
            data = self._package.read(target)
            self._marks[target] = keep_picture(data, target, self._media)
        return self._marks[target]

    def _targets(self, part: str, kind: str) -> dict[str, str]:
        """The members that a part's relations of a kind point to, inside the package only."""
        folder, name = posixpath.split(part)
        relations = self._package.xml(f"{folder}/_rels/{name}.rels")
        if relations is None:
            return {}
        return {
            each.get("Id", ""): _resolved(folder, each.get("Target", ""))
            for each in relations
            if each.get("TargetMode") != "External" and each.get("Type", "").endswith(f"/{kind}")
        }


def _resolved(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))


def _corner(anchor: etree._Element) -> tuple[int, int] | None:
    """Row and column of the cell in which a picture begins."""
    for start in anchor.iterchildren("{*}from"):
        row, column = start.findtext("{*}row", ""), start.findtext("{*}col", "")
        if row.strip().isdecimal() and column.strip().isdecimal():
            return int(row), int(column)
    return None


def floating_by_row(
    places: Mapping[tuple[int, int], str], columns: set[int], stem: int
) -> dict[int, list[tuple[int, str]]]:
    """For each row the columns that get marks; a picture over no column of text is the stem's."""
    found: dict[int, list[tuple[int, str]]] = {}
    for (row, column), marks in sorted(places.items()):
        found.setdefault(row, []).append((column if column in columns else stem, marks))
    return found


def put_pictures(cells: list[object], floating: Iterable[tuple[int, str]]) -> None:
    """Put the marks of pictures behind the texts of a row's cells."""
    for at, marks in floating:
        cells += [""] * (at + 1 - len(cells))
        cells[at] = MarkedText(cell_text(cells[at]) + marks)
