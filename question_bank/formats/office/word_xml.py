"""Word documents as one XML file, of Word 2003 or as a flat package, made into a package to read."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile

from lxml import etree

from question_bank.formats.office.docx_file import MAIN
from question_bank.formats.office.numbering import W
from question_bank.formats.packages.package import parse_xml
from question_bank.formats.records import Refused

_OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
_AUX = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
# Of an old document: a macro project, which is never read.
_MACROS = (f"{{{_OLD}}}docSuppData", f"{{{_OLD}}}docOleData")


def word_xml_as_docx(data: bytes) -> bytes:
    """The same document as a .docx; raises Refused if it is none, or holds macros."""
    root = parse_xml(data)
    if root.tag == f"{_PKG}package":
        return _packed(_members(root))
    if root.tag != f"{{{_OLD}}}wordDocument":
        raise Refused("wrong_type")
    if root.find(_MACROS[0]) is not None and root.get(f"{{{_OLD}}}macrosPresent") == "yes":
        raise Refused("macros")
    body = root.find(f"{{{_OLD}}}body")
    if body is None:
        raise Refused("broken_file", part="xml")
    document = etree.Element(f"{W}document", nsmap={"w": W[1:-1]})
    document.append(_renamed(body))
    return _packed({MAIN: etree.tostring(document, encoding="UTF-8", xml_declaration=True)})


def _renamed(body: etree._Element) -> etree._Element:
    """The body in the names of today, its sections unwrapped, its automatic numbers as text."""
    for wrapper in list(body.iter(f"{_AUX}sect", f"{_AUX}sub-section", f"{_AUX}pBdrGroup")):
        parent = wrapper.getparent()
        if parent is None:
            continue
        place = parent.index(wrapper)
        for child in reversed(list(wrapper)):
            parent.insert(place, child)
        parent.remove(wrapper)
    for label in list(body.iter(f"{{{_OLD}}}listPr")):
        _write_label(label)
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag.startswith(f"{{{_OLD}}}"):
            element.tag = W + element.tag.partition("}")[2]
            for name, value in list(element.attrib.items()):
                if name.startswith(f"{{{_OLD}}}"):
                    del element.attrib[name]
                    element.set(W + name.partition("}")[2], value)
    return body


def _write_label(properties: etree._Element) -> None:
    """Write the number that Word shows in front of a paragraph into its text."""
    shown = properties.find(f"{_AUX}t")
    paragraph = next(properties.iterancestors(f"{{{_OLD}}}p"), None)
    if shown is None or paragraph is None or not (stated := shown.get(f"{_AUX}val", "").strip()):
        return
    run = etree.Element(f"{{{_OLD}}}r")
    etree.SubElement(run, f"{{{_OLD}}}t").text = f"{stated[:255]} "
    paragraph.insert(1, run)


def _members(root: etree._Element) -> dict[str, bytes]:
    """The members of a flat package."""
    members: dict[str, bytes] = {}
    for part in root.iterfind(f"{_PKG}part"):
        name = part.get(f"{_PKG}name", "").lstrip("/")
        if (inner := part.find(f"{_PKG}xmlData")) is not None and len(inner):
            members[name] = etree.tostring(inner[0], encoding="UTF-8", xml_declaration=True)
        elif (coded := part.find(f"{_PKG}binaryData")) is not None:
            try:
                members[name] = base64.b64decode("".join((coded.text or "").split()))
            except (binascii.Error, ValueError) as wrong:
                raise Refused("broken_file", part=name[:80]) from wrong
    if MAIN not in members:
        raise Refused("wrong_type")
    return members


def _packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()
