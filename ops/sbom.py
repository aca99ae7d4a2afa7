"""What a bundle is made of, as CycloneDX 1.6: every library with version, hash and licence."""

from __future__ import annotations

import email
import hashlib
import json
import uuid
import zipfile
from pathlib import Path
from typing import Any

_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of addresses, RFC 4122
_UNKNOWN = "NOASSERTION"


def bill_of_materials(version: str, wheels: Path, lock: Path) -> str:
    """The document of a version: its wheels, and the packages of the pages as their lock has them.

    The same parts give the same bytes: no instant, and a serial number made of the parts.
    """
    parts = [_of_wheel(each) for each in sorted(wheels.glob("*.whl"))]
    parts = [each for each in parts if each["name"] != "learnapp"] + _of_pages(lock)
    about = f"pkg:generic/learnapp@{version}"
    serial = uuid.uuid5(_SPACE, about + json.dumps(parts, sort_keys=True))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": about,
                "name": "learnapp",
                "version": version,
            }
        },
        "components": parts,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _of_wheel(wheel: Path) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        said = email.message_from_bytes(archive.read(name))
    known = f"pkg:pypi/{said['Name'].lower().replace('_', '-')}@{said['Version']}"
    part = _part(known, said["Name"], said["Version"], _licence(said))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return part | {"hashes": [{"alg": "SHA-256", "content": digest}]}


def _licence(said: Any) -> str:
    """The licence of a library as its makers name it: an expression, a line, or a classifier."""
    if expression := said.get("License-Expression"):
        return str(expression)
    if (line := said.get("License")) and "\n" not in line.strip():
        return str(line).strip()
    classed = [each for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    return classed[0].rpartition(":: ")[2] if classed else _UNKNOWN


def _of_pages(lock: Path) -> list[dict[str, Any]]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    parts = []
    for path, each in packages.items():
        if not path or each.get("dev"):
            continue
        name, version = path.rpartition("node_modules/")[2], each["version"]
        known = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        parts.append(_part(known, name, version, each.get("license", _UNKNOWN)))
    return parts


def _part(known: str, name: str, version: str, licence: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": known,
        "name": name,
        "version": version,
        "purl": known,
        "licenses": [{"license": {"name": licence}}],
    }
