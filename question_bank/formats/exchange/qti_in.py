"""Reading QTI 2.1, 2.2 and 3.0: a single item, or a package of items with pictures and stimuli."""

from __future__ import annotations

import io
import posixpath
import urllib.parse
import zipfile

from lxml import etree

from question_bank.formats.exchange.markup import Pictures, no_pictures, text_of
from question_bank.formats.exchange.qti_item import read_item
from question_bank.formats.exchange.qti_out import NAMESPACE
from question_bank.formats.exchange.qti_xml import (
    attribute,
    children,
    descendants,
    first,
    local,
    plain,
)
from question_bank.formats.exchange.structured import GivenQuestion, record_of
from question_bank.formats.packages.package import Package, open_package, parse_xml
from question_bank.formats.packages.pictures import keep_picture
from question_bank.formats.recognise.answers import as_letters
from question_bank.formats.recognise.lines import clean, content_of
from question_bank.formats.records import BankFile, MediaFile, Note, Record, Refused, Where
from question_bank.options import places_of

MANIFEST = "imsmanifest.xml"
_MOST = 20_000
_OURS = f"{{{NAMESPACE}}}"


def read_qti(data: bytes) -> BankFile:
    """The questions of an item or a package; raises Refused if it holds none, or must not be read."""
    if not data.startswith(b"PK"):
        root = parse_xml(data)
        if local(root) != "assessmentItem":
            raise Refused("no_questions", why="why_no_items", lines=[f"<{local(root)}>"])
        return BankFile("qti", [_item(root, Where(row=1, item=attribute(root, "identifier")[:80]))])
    with open_package(data, _main(data), 3 * _MOST) as package:
        return _Reader(package).read()


def _main(data: bytes) -> str:
    """The manifest, or any XML where there is none: many tools leave it out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as wrong:
        raise Refused("broken_file", part="zip") from wrong
    if MANIFEST in names:
        return MANIFEST
    return next((name for name in names if name.endswith(".xml")), MANIFEST)


def _item(root: etree._Element, where: Where, pictures: Pictures = no_pictures) -> Record:
    given = GivenQuestion(where, None)
    read_item(root, given, pictures)
    return record_of(given)


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._media: dict[str, MediaFile] = {}
        self._marks: dict[str, str] = {}
        self._stimuli: dict[str, str] = {}

    def read(self) -> BankFile:
        """Every item of the package, in the order of its manifest."""
        records: list[Record] = []
        notes: list[Note] = []
        for number, (name, about) in enumerate(self._items(), 1):
            if number > _MOST:
                raise Refused("too_large", questions=_MOST)
            records.append(self._record(name, about, Where(row=number, item=name[:120])))
        return BankFile("qti", records, notes, self._media)

    def _items(self) -> list[tuple[str, etree._Element | None]]:
        """The items' members, each with what the manifest says about it."""
        manifest = self._package.xml(MANIFEST)
        found = []
        for resource in descendants(manifest, "resource") if manifest is not None else ():
            if not resource.get("type", "").startswith("imsqti_item"):
                continue
            own = next((plain_href(each) for each in children(resource, "file")), "")
            found.append((plain_href(resource) or own, first(resource, "metadata")))
        if found:
            return found
        names = sorted(each for each in self._package.names if each.endswith(".xml"))
        return [(name, None) for name in names if self._is_item(name)]

    def _is_item(self, name: str) -> bool:
        try:
            root = self._package.xml(name)
        except Refused:
            return True  # it is reported as a record that was not understood
        return root is not None and local(root) == "assessmentItem"

    def _record(self, name: str, about: etree._Element | None, where: Where) -> Record:
        given = GivenQuestion(where, None)
        try:
            root = self._package.xml(name)
        except Refused:
            root = None
        if root is None or local(root) != "assessmentItem":
            given.raw = name
            given.doubt("item_unreadable", item=name[:80])
            return record_of(given)
        folder = posixpath.dirname(name)
        read_item(root, given, self._pictures(folder))
        self._take_stimulus(root, folder, given)
        _take_about(about, given)
        return record_of(given)

    def _pictures(self, folder: str) -> Pictures:
        def picture(source: str, alt: str) -> str:
            name = inside(folder, source)
            if name is None or name not in self._package.names:
                return no_pictures(source, alt) or keep_picture(None, source, self._media)
            if name not in self._marks:
                self._marks[name] = keep_picture(self._package.read(name), name, self._media)
            return self._marks[name]

        return picture

    def _take_stimulus(self, root: etree._Element, folder: str, given: GivenQuestion) -> None:
        """The text that several items share, from the member that the item names."""
        texts = []
        for each in children(root, "assessmentStimulusRef"):
            name = inside(folder, attribute(each, "href"))
            if name is not None:
                texts.append(self._stimulus(name))
        if any(texts):
            given.passage = content_of("\n".join(filter(None, texts)))

    def _stimulus(self, name: str) -> str:
        if name not in self._stimuli:
            try:
                root = self._package.xml(name)
            except Refused:
                root = None
            body = None if root is None else first(root, "stimulusBody")
            if body is None and root is not None and local(root) in ("html", "div", "body"):
                body = root
            folder = posixpath.dirname(name)
            self._stimuli[name] = "" if body is None else text_of(body, self._pictures(folder))
        return self._stimuli[name]


def plain_href(element: etree._Element) -> str:
    """The member that an element names, without its escapes."""
    return posixpath.normpath(urllib.parse.unquote(element.get("href", ""))).lstrip("/")


def inside(folder: str, source: str) -> str | None:
    """The member of the package that an address means; None for what lies outside of it."""
    if not source or urllib.parse.urlsplit(source).scheme or source.startswith("//"):
        return None
    name = posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(source)))
    return None if name.startswith("../") else name.lstrip("/")


def _take_about(about: etree._Element | None, given: GivenQuestion) -> None:
    """What our own packages say about a question beside the item."""
    ours = None if about is None else next(about.iter(f"{_OURS}question"), None)
    if ours is None:
        return
    level = ours.get("difficulty", "")
    given.difficulty = int(level) if level in ("1", "2", "3", "4", "5") else None
    given.source = clean(ours.get("source", ""))
    given.ordered = ours.get("ordered") != "false"
    given.category = tuple(clean(plain(each)) for each in ours.iter(f"{_OURS}category"))
    also = [as_letters(plain(each)) or "" for each in ours.iter(f"{_OURS}also")]
    given.others = frozenset(frozenset(places_of(each)) for each in also if each)
    if points := tuple(clean(plain(each)) for each in ours.iter(f"{_OURS}point")):
        given.points = points
    if ours.get("reference") == "none":
        given.reference = ""
