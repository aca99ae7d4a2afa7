"""The table of ASVS 5.0 has every requirement of levels 1 and 2 once, and what it names exists."""

from __future__ import annotations

import re

from tests.architecture.test_layers import ROOT

# How many requirements of levels 1 and 2 each section has; those of level 3 come last, but for none here.
SECTIONS = {
    "V1": (2, 9, 11, 3, 2),
    "V2": (3, 3, 4, 1),
    "V3": (0, 2, 4, 6, 5, 0, 2),
    "V4": (3, 1, 2, 4),
    "V5": (1, 3, 2, 3),
    "V6": (3, 12, 4, 4, 5, 3, 0, 4),
    "V7": (3, 4, 2, 5, 2, 2),
    "V8": (2, 3, 1, 1),
    "V9": (3, 4),
    "V10": (2, 2, 4, 11, 5, 2, 3),
    "V11": (2, 3, 3, 4, 1, 1),
    "V12": (3, 2, 4),
    "V13": (1, 5, 2, 5),
    "V14": (2, 4, 3),
    "V15": (3, 3, 7),
    "V16": (1, 5, 4, 3, 3),
    "V17": (1, 4, 2),
}
PAGE = (ROOT / "docs/security/asvs.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| V")
]
_NAMED = re.compile(r"`((?:tests|docs|learnapp|ops)/[\w./-]+|README\.md)(?:::(\w+))?`")


def test_every_requirement_is_there_once_and_in_order():
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    ]
    assert len(wanted) == 253 and [row[0] for row in ROWS] == wanted
    assert {row[1] for row in ROWS} == {"1", "2"}


def test_what_is_met_names_a_test_or_a_file_that_exists_and_what_is_not_has_a_plan():
    for name, _level, what, verdict, how in ROWS:
        assert what, name
        named = _NAMED.findall(how)
        for file, test in named:
            assert (ROOT / file).exists(), (name, file)
            if test:
                assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (name, test)
        if verdict == "met":
            assert named, name
        elif verdict == "not met":
            assert "plan: " in how, name
        else:
            assert verdict == "not applicable" and len(how) > 5, name


def test_the_figures_of_the_page_are_those_of_its_rows():
    verdicts = [row[3] for row in ROWS]
    met, missed = verdicts.count("met"), verdicts.count("not met")
    said = f"Of {met + missed} that apply {met} are met ({100 * met // (met + missed)} %), {missed} are not"
    assert said in PAGE
