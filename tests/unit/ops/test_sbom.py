"""A bundle's bill of materials names every library with version, hash and licence."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from ops.sbom import bill_of_materials


def _wheel(folder: Path, name: str, licence: str) -> Path:
    path = folder / f"{name}-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        said = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n{licence}\n"
        archive.writestr(f"{name}-1.2.dist-info/METADATA", said)
    return path


def test_every_part_is_there_with_its_licence_and_the_same_parts_give_the_same_bytes(tmp_path):
    first = _wheel(tmp_path, "Some_Library", "License-Expression: MIT")
    _wheel(tmp_path, "older", "Classifier: License :: OSI Approved :: BSD License")
    _wheel(tmp_path, "silent", "Summary: x")
    _wheel(tmp_path, "learnapp", "License: none")
    lock = tmp_path / "package-lock.json"
    packages = {
        "": {},
        "node_modules/@pico/css": {"version": "2.0", "license": "MIT"},
        "node_modules/tool": {"version": "1.0", "license": "MIT", "dev": True},
    }
    lock.write_text(json.dumps({"packages": packages}), encoding="utf-8")
    text = bill_of_materials("9.9", tmp_path, lock)
    assert text == bill_of_materials("9.9", tmp_path, lock)
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {each["purl"]: each for each in bill["components"]}
    assert list(parts) == [
        "pkg:pypi/some-library@1.2",
        "pkg:pypi/older@1.2",
        "pkg:pypi/silent@1.2",
        "pkg:npm/%40pico/css@2.0",
    ]
    licences = [each["licenses"][0]["license"]["name"] for each in parts.values()]
    assert licences == ["MIT", "BSD License", "NOASSERTION", "MIT"]
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    assert parts["pkg:pypi/some-library@1.2"]["hashes"][0]["content"] == digest


def test_what_the_pages_really_use_has_a_licence(tmp_path):
    lock = Path(__file__).parents[3] / "package-lock.json"
    bill = json.loads(bill_of_materials("1", tmp_path, lock))
    found = {each["name"]: each["licenses"][0]["license"]["name"] for each in bill["components"]}
    assert {"@picocss/pico", "idb", "echarts"} <= set(found)
    assert "NOASSERTION" not in found.values() and "oidc-provider" not in found
