"""Files that leave by a page: bytes with a name in any script, and the media type of its ending."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
}


def attachment(data: bytes, name: str) -> Response:
    """Return a reply that a browser saves under the name, ending included."""
    return Response(
        data,
        mimetype=_TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
