"""An uploaded file as it arrives: there, not empty, of the kind its name says, not a lock file."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage

from learnapp.db.core.caller import Caller
from learnapp.db.files.models import StoredFile
from learnapp.db.operations import daily_limits
from learnapp.db.people.scope import require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.bounds import Use
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.web.core import request_context as req
from learnapp.web.core.wording import headed

_PACKED = {"docx", "xlsx"}


def may_keep(permission: Permission, unit_id: int) -> None:
    """Refuse a unit out of reach before anything is read or stored. Raises NotFound."""
    with req.reading() as session:
        require_scope(session, req.actor(), permission, unit_id, local_day(req.now()))


def taken(storage: FileStorage | None, allowed: tuple[str, ...]) -> tuple[bytes, str]:
    """The bytes and the name. Raises RuleBroken("file", …) with what is wrong."""
    if storage is None or not storage.filename:
        raise RuleBroken("file", "file_needed")
    name = storage.filename.replace("\\", "/").rsplit("/", 1)[-1]
    if name.startswith("~$"):
        raise RuleBroken("file", "lock_file")
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in allowed:
        raise RuleBroken("file", "wrong_type", allowed=" ".join(f".{each}" for each in allowed))
    data = storage.read()
    if not data:
        raise RuleBroken("file", "empty_file")
    if suffix in _PACKED and not data.startswith(b"PK"):
        raise RuleBroken("file", "broken_file")
    return data, name


def of_file(storage: FileStorage | None, sentence: str) -> str:
    """What is wrong with one of several files, with its name."""
    return headed(storage.filename, sentence) if storage and storage.filename else sentence


def store_upload(caller: Caller, owner_unit_id: int, data: bytes, name: str) -> StoredFile:
    """Store the bytes, then record the file. Raises TooMuch before any byte is stored."""
    daily_limits.must_spend(
        caller.session, caller.actor.person_id, caller.now, Use.UPLOADS, len(data)
    )
    sha256 = req.files().put(data)
    suffix = name.rsplit(".", 1)[-1].lower()
    return staged_imports.keep_file(
        caller, owner_unit_id, NewFile(sha256, len(data), name, f"application/{suffix}")
    )
