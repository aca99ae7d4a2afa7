"""Pictures of questions, by the hash of their bytes, to anyone who may see what shows them."""

from __future__ import annotations

from flask import Blueprint, Response

from learnapp.services.bank import media
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<sha256>")
@signed_in
def picture(sha256: str) -> Response:
    """The bytes; cached by the browser, since a hash never changes what it names."""
    kind = media.media_type(req.caller(), sha256)
    data = req.files().get(sha256)
    headers = {"Cache-Control": "private, max-age=604800, immutable"}
    return Response(data, mimetype=kind, headers=headers)
