"""The papers for an office leave nothing blank, and what they name as proof is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.test_layers import ROOT

VERDICTS = {
    "docs/security/dengbao.zh-CN.md": {"符合", "部分符合", "不符合", "由单位负责"},
    "docs/compliance/tender.md": {"响应", "部分响应", "偏离"},
}
PAPERS = sorted(
    path for folder in ("security", "compliance") for path in (ROOT / "docs" / folder).glob("*.md")
)
_NAMED = re.compile(r"`((?:tests|docs|learnapp|ops)/[\w./-]+)(?:::(\w+))?`")


def _rows(path: Path) -> list[list[str]]:
    lines = [each for each in path.read_text(encoding="utf-8").splitlines() if each[:1] == "|"]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [each for each in cells if not set("".join(each)) <= set("-: ")]


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_no_cell_is_empty_and_every_proof_that_is_named_exists(path: Path):
    assert all(cell for row in _rows(path) for cell in row)
    named = _NAMED.findall(path.read_text(encoding="utf-8"))
    assert named
    for file, test in named:
        there = ROOT / file
        assert there.exists(), file
        if test:
            assert f"def {test}(" in there.read_text(encoding="utf-8"), f"{file}::{test}"


@pytest.mark.parametrize("name", VERDICTS)
def test_every_point_has_a_verdict_of_its_kind_and_a_proof(name: str):
    rows = [row for row in _rows(ROOT / name) if row[0] not in ("要求", "条款")]
    assert len(rows) > 15
    for row in rows:
        assert row[1] in VERDICTS[name], row[0]
        assert len(row[2]) > 10 and _NAMED.search(row[3]), row[0]
