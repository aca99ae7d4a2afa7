"""A line of whose copy it is, put into a file that we wrote ourselves; readers of ours pass over it."""

from __future__ import annotations

import codecs
import html
import io
import re
import zipfile
from collections.abc import Callable

PREFIX = "※待确认："
_HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_HEADER_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# Spreadsheets print at most 255 characters.
_LONGEST = 200

Member = tuple[str, bytes]


def stamped(data: bytes, form: str, mark: str) -> bytes:
    """The file with the mark on every page that is printed of it, or as a remark in its text.

    Raises KeyError for a format that has no place for one.
    """
    return _STAMPS[form](data, _CONTROL.sub(" ", mark)[:_LONGEST])


def can_bear(form: str) -> bool:
    """Whether a format has a place for a mark."""
    return form in _STAMPS


def _repacked(data: bytes, change: Callable[[str, bytes], bytes], more: list[Member]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            new.writestr(member, change(member.filename, old.read(member)))
        for name, content in more:
            new.writestr(name, content)
    return out.getvalue()


def _xlsx(data: bytes, mark: str) -> bytes:
    header = html.escape("&L" + mark.replace("&", "&&"))
    element = f"<headerFooter><oddHeader>{header}</oddHeader></headerFooter>".encode()

    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return content
        return re.sub(rb"(<pageMargins [^>]*/>)", lambda at: at.group() + element, content, count=1)

    return _repacked(data, change, [])


def _docx(data: bytes, mark: str) -> bytes:
    paragraph = f"<w:p><w:r><w:t>{html.escape(mark)}</w:t></w:r></w:p>"
    header = f'<?xml version="1.0" encoding="UTF-8"?><w:hdr xmlns:w="{_W}">{paragraph}</w:hdr>'
    instead = {
        "[Content_Types].xml": (
            b"</Types>",
            f'<Override PartName="/word/header1.xml" ContentType="{_HEADER_TYPE}"/></Types>',
        ),
        "word/_rels/document.xml.rels": (
            b"</Relationships>",
            f'<Relationship Id="rIdMark" Type="{_HEADER_LINK}" Target="header1.xml"/></Relationships>',
        ),
        "word/document.xml": (
            b"<w:sectPr>",
            f'<w:sectPr><w:headerReference xmlns:r="{_R}" w:type="default" r:id="rIdMark"/>',
        ),
    }

    def change(name: str, content: bytes) -> bytes:
        if name not in instead:
            return content
        old, new = instead[name]
        return content.replace(old, new.encode())

    return _repacked(data, change, [("word/header1.xml", header.encode())])


def _zip(data: bytes, mark: str) -> bytes:
    return _repacked(data, lambda name, content: content, [("watermark.txt", mark.encode())])


def _xml(data: bytes, mark: str) -> bytes:
    remark = f"<!-- {mark.replace('--', '- -')} -->".encode()
    declaration = re.match(rb"\s*<\?xml[^>]*\?>\s*", data)
    at = declaration.end() if declaration else 0
    return data[:at] + remark + b"\n" + data[at:]


def _remark(sign: str) -> Callable[[bytes, str], bytes]:
    return lambda data, mark: f"{sign} {mark}\n\n".encode() + data


def _text(data: bytes, mark: str) -> bytes:
    """A text in the form that its annotated copy has: a remark that the reader leaves out."""
    bom = codecs.BOM_UTF8
    return bom + f"{PREFIX}{mark}\n\n".encode() + data.removeprefix(bom)


_STAMPS: dict[str, Callable[[bytes, str], bytes]] = {
    "xlsx": _xlsx,
    "docx": _docx,
    "zip": _zip,
    "xml": _xml,
    "gift": _remark("//"),
    "yaml": _remark("#"),
    "txt": _text,
}
