"""Old Word and WPS files, turned into .docx by a LibreOffice on this machine, if it has one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from question_bank.formats.records import Refused

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 90


def as_docx(data: bytes, extension: str) -> bytes:
    """The same document as .docx. Raises Refused, with what to do, where that is not possible.

    It runs in a profile of its own, without macros, and is stopped after 90 seconds.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise Refused("old_format", extension=extension)
    with tempfile.TemporaryDirectory(prefix="question-bank-") as folder:
        source = Path(folder) / f"bank.{extension if extension.isalnum() else 'doc'}"
        source.write_bytes(data)
        command = [
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
