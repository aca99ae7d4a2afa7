"""What a file is: by its bytes where they tell, else by its name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import BinaryIO

from question_bank.formats.exchange.aiken import looks_like_aiken
from question_bank.formats.exchange.gift import looks_like_gift
from question_bank.formats.packages.package import OLE
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import Refused

_ZIP = b"PK"
_MACROS = ("docm", "dotm", "xlsm", "xltm", "xlsb")
_MAIN = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("imsmanifest.xml", "qti"),
)
# Names of the streams inside the old binary files, as they stand in the directory.
_WORKBOOK = "Workbook".encode("utf-16-le")
_BOOK = "Book\0".encode("utf-16-le")
_DOCUMENT = "WordDocument".encode("utf-16-le")
_TEXTS = {
    "txt": "txt",
    "text": "txt",
    "md": "md",
    "markdown": "md",
    "csv": "csv",
    "tsv": "tsv",
    "yaml": "yaml",
    "yml": "yaml",
    "gift": "gift",
    "aiken": "aiken",
}
# What a file of any sort may be saved as.
_PLAIN_TEXTS = ("txt", "text", "md", "markdown")
_OFFICE = ("doc", "wps", "rtf", "odt", "dot", "wpt")
_MIME = re.compile(rb"\s*(?:MIME-Version|From|Content-Type|Date|Subject):", re.IGNORECASE)
_PAGE = re.compile(
    rb"^\s*<(?:(?:!doctype\s+html|html|head|body)[\s>]"
    rb"|(p|div|table|ol|ul|span|section|article|h[1-6])(?:\s[^<>]*)?>.*</\1\s*>)",
    re.IGNORECASE | re.DOTALL,
)
ENDINGS = frozenset(
    [*_TEXTS, *_OFFICE, "docx", "xlsx", "xls", "et", "html", "htm", "xml", "zip", "json"]
)
"""The endings of names whose files may hold questions."""
_ROOT = re.compile(rb"<\s*(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")


def kind_of(data: bytes, name: str) -> str:
    """The kind of file that a reader is chosen by; raises Refused for what is never read.

    A wrong extension does no harm where the bytes are clear: a .xls that is a new workbook is
    read as one.
    """
    extension = _extension(name)
    if data.startswith(_ZIP):
        return _zipped(io.BytesIO(data), extension)
    if data.startswith(OLE):
        return _old(data)
    if data.startswith(b"{\\rtf"):
        return "office"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if _MIME.match(data[:400]):
        return "mht"
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        raise Refused("wrong_type", extension=extension)
    return _plain(data, extension)


def is_workbook(path: Path, name: str) -> bool:
    """Whether a file on disk is an .xlsx; raises Refused for what is never read."""
    extension = _extension(name)
    with path.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP and _zipped(file, extension) == "xlsx"


def _extension(name: str) -> str:
    """The ending of a name that may be read; raises Refused for lock files and macros."""
    if name.startswith("~$") or name.startswith(".~"):
        raise Refused("lock_file", name=name)
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension in _MACROS:
        raise Refused("macros")
    return extension


def _zipped(file: BinaryIO, extension: str) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as wrong:
        raise Refused("broken_file", part="zip") from wrong
    for member, kind in _MAIN:
        if member in names:
            return kind
    if "content.xml" in names and "mimetype" in names:
        return "office"
    if any(each.endswith(".xml") for each in names) and extension == "zip":
        return "qti"
    raise Refused("wrong_type", extension=extension)


def _old(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("encrypted")
    if _DOCUMENT in data:
        return "office"
    if _WORKBOOK in data or _BOOK in data:
        return "xls"
    raise Refused("wrong_type")


def _plain(data: bytes, extension: str) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and extension not in _TEXTS:
        return _xml(head, extension)
    if extension in _PLAIN_TEXTS and _PAGE.match(head):
        return "html"
    if extension == "json" or (extension in _PLAIN_TEXTS and _is_json(data)):
        return "json"
    if extension == "txt" or extension == "text":
        text = decode(data)
        if looks_like_gift(text):
            return "gift"
        if looks_like_aiken(text):
            return "aiken"
    if extension in _TEXTS:
        return _TEXTS[extension]
    if extension == "xls" and b"\t" in head:
        return "tsv"  # what many systems call an Excel export
    if extension in ("doc", "wps") and _reads_as_text(data):
        return "txt"
    if extension in ("docx", "xlsx", "xls"):
        raise Refused("broken_file", part="zip")
    raise Refused("wrong_type", extension=extension)


def _is_json(data: bytes) -> bool:
    """Whether a text is a list of objects, or one."""
    head, end = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200], data.rstrip()[-1:]
    return bool(re.match(rb"\[\s*\{|\{\s*\"", head)) and end in (b"]", b"}")


def _reads_as_text(data: bytes) -> bool:
    """Whether a document is plain text under another name."""
    try:
        return bool(decode(data).strip())
    except Refused:
        return False


def _xml(head: bytes, extension: str) -> str:
    """A single XML file: Moodle's, or one item of QTI; a page saved as a workbook is no bank."""
    found = _ROOT.search(re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", head, flags=re.DOTALL))
    root = found.group(1).decode() if found else ""
    if root == "quiz":
        return "moodle"
    if root in ("wordDocument", "package") and b"schemas.microsoft.com/office" in head:
        return "wordxml"
    if root == "Workbook" and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "sheetxml"
    if root.lower() in ("html", "table", "body") or b"<!doctype html" in head[:200].lower():
        return "html"
    if extension in ("html", "htm") or _PAGE.match(head):
        return "html"
    if extension in ("xml", "qti"):
        return "qti"
    raise Refused("wrong_type", extension=extension)
