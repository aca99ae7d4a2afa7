"""The folder of files beside the rows that name them."""

from __future__ import annotations

from learnapp.db.files.store import FileStore
from learnapp.db.operations.file_references import referenced_files
from learnapp.domain.files.imports import ImportKind
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found, NewFile
from learnapp.services.operations.verify_files import compare


def test_files_that_lack_differ_or_belong_to_nobody_are_told_apart(tmp_path):
    store = FileStore(tmp_path)
    whole, altered, stray = (store.put(each) for each in (b"whole", b"altered", b"stray"))
    store.path(altered).write_bytes(b"something else")
    found = compare({whole, altered, "f" * 64}, store)
    assert (found.missing, found.altered, found.unreferenced) == (("f" * 64,), (altered,), (stray,))
    assert found.faults == [f"file {'f' * 64}: missing", f"file {altered}: its bytes are others"]


def test_a_file_is_named_by_an_upload_or_as_a_picture_of_an_import(office):
    caller, before = office.caller(), referenced_files(office.session)
    file = staged_imports.keep_file(caller, office.unit_id, NewFile("a" * 64, 1, "文.docx", "docx"))
    job = staged_imports.stage(caller, ImportKind.READING, file, Found([]))
    staged_imports.keep_pictures(office.session, job, {"b" * 64: "image/png"})
    assert referenced_files(office.session) - before == {"a" * 64, "b" * 64}
