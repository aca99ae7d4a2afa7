"""Old Word and WPS files, turned into .docx by a LibreOffice on this machine, if it has one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from question_bank.formats.packages.package import OLE
from question_bank.formats.records import Refused

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 90
_PROJECT = "_VBA_PROJECT".encode("utf-16-le")
# A network of its own, in which there is nothing; the user stays who it is.
_ALONE = ("--user", "--map-current-user", "--net", "--")


def has_macros(data: bytes) -> bool:
    """Whether an old binary document holds a project of macros."""
    return data.startswith(OLE) and _PROJECT in data


def check_macros(data: bytes, without: bool) -> None:
    """Raise Refused for a document with macros, unless it may be converted without them."""
    if has_macros(data) and not without:
        raise Refused("macros_old")


def as_docx(data: bytes, extension: str) -> bytes:
    """The same document as .docx. Raises Refused, with what to do, where that is not possible.

    It runs in a profile of its own, cut off from the network where the machine can do that, without
    macros, and is stopped after 90 seconds. A document with macros is converted only where it is
    cut off; a .docx has no place for them.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise Refused("old_format", extension=extension)
    alone = _cut_off()
    if has_macros(data) and not alone:
        raise Refused("no_sandbox")
    with tempfile.TemporaryDirectory(prefix="question-bank-") as folder:
        source = Path(folder) / f"bank.{extension if extension.isalnum() else 'doc'}"
        source.write_bytes(data)
        command = [
            *alone,
            *(program, f"-env:UserInstallation=file://{folder}/profile", "--headless"),
            *("--norestore", "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder),
            str(source),
        ]
        # Nothing of our surroundings but where programs and fonts are found.
        surroundings = {"PATH": os.environ.get("PATH", ""), "HOME": folder}
        try:
            subprocess.run(  # the arguments are ours; the file is what it converts
                command, env=surroundings, timeout=_SECONDS, capture_output=True, check=True
            )
            return source.with_suffix(".docx").read_bytes()
        except (OSError, subprocess.SubprocessError) as wrong:
            raise Refused("old_format", extension=extension) from wrong


def _cut_off() -> list[str]:
    """The words before a command that cut it off from the network; none where that fails."""
    program = shutil.which("unshare")
    if program is None:
        return []
    command = [program, *_ALONE]
    try:
        subprocess.run([*command, "true"], timeout=10, capture_output=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return command
