"""The words of staged imports, as databases hold them."""

from __future__ import annotations

from learnapp.domain.files.imports import ImportKind, JobState


def test_what_a_file_may_become():
    assert [str(each) for each in ImportKind] == ["questions", "reading", "roster"]


def test_how_far_an_import_may_have_come():
    assert [str(each) for each in JobState] == [
        "reading",
        "refused",
        "staged",
        "done",
        "cancelled",
    ]
