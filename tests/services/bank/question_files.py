"""Question files staged for tests of imports."""

from __future__ import annotations

from learnapp.db.bank.models import Bank
from learnapp.db.files.models import ImportJob, StoredFile
from learnapp.services.bank import question_imports
from learnapp.services.bank.question_imports import Staging
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from question_bank.formats import read
from tests.services.conftest import Office

WHOLE = """一、单选题
1.甲应当在几日内答复？
A.三日
B.五日
答案：A
"""
UNANSWERED = """2.乙应当在几日内答复？
A.三日
B.五日
答案：
"""
TEXT = WHOLE + UNANSWERED


def kept_file(office: Office) -> StoredFile:
    """A file of the office, by name only."""
    return staged_imports.keep_file(
        office.caller(), office.unit_id, NewFile("d" * 64, 9, "题.txt", "txt")
    )


def staged(office: Office, bank: Bank, text: str = TEXT) -> ImportJob:
    """The questions of a text, read and staged for the bank."""
    found = read(text.encode(), "题.txt")
    rows = Staging(question_imports.known_of(office.session, bank.id)).rows(found.records)
    job = question_imports.begin(office.caller(), bank, kept_file(office))
    return question_imports.stage(office.caller(), job, found, rows)
