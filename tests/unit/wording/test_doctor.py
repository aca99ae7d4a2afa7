"""What was found reads as a sentence in both languages, with what to do where it is not well."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.operations.backups import BackupFault
from learnapp.domain.operations.doctor import Finding, Level
from learnapp.wording import doctor as wording
from learnapp.wording.doctor import advice_text, backup_fault_text, finding_text, level_label

TODAY = date(2026, 11, 27)
PARAMS = {
    "free": 1, "total": 2, "names": "files", "kind": "SQLite", "version": "3", "python": "3.13",
    "seconds": 9, "days": 3, "at": "2026-11-26T17:30:00+00:00", "count": 2, "mb": 600, "words": "x",
}  # fmt: skip


@pytest.mark.parametrize("check", wording._SENTENCES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_finding_has_its_sentences(check, language):
    good, bad, advice = wording._SENTENCES[check]
    for level, sentence in ((Level.GOOD, good), (Level.BAD, bad)):
        if not sentence:
            continue
        found = Finding(check, level, PARAMS)
        text = finding_text(language, found, TODAY)
        assert text and "%(" not in text
        assert bool(advice_text(language, found)) is (level is Level.BAD)
    assert bool(bad) is bool(advice)


def test_why_a_backup_failed_is_a_sentence():
    params = {"free": 1, "needed": 9}
    assert "9 MB" in backup_fault_text("zh", BackupFault.NO_SPACE, params)
    assert backup_fault_text("en", "something else", {}) == "something else"
    assert level_label("zh", Level.BAD) == "要处理"
