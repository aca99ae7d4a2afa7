"""What a sign-in by a provider must remember until it is over: sealed, in the visitor's own cookie."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import session

from learnapp.domain.accounts.outside import IdentityKind, Proven, is_late
from learnapp.web.accounts.oidc_provider import SentAlong
from learnapp.web.core import request_context as req

_COOKIE_KEY = "outside"


@dataclass(frozen=True)
class Journey:
    """A sign-in on its way: by which provider, where to afterwards, on a device that others use too."""

    provider: str
    next: str = ""
    shared: bool = False
    asked: SentAlong | None = None
    proven: Proven | None = None


def keep(journey: Journey) -> None:
    """Remember it for ten minutes, in place of any other."""
    text = json.dumps({"at": req.now().isoformat(), **asdict(journey)})
    session[_COOKIE_KEY] = base64.urlsafe_b64encode(req.seal().close(text, _COOKIE_KEY)).decode()


def under_way() -> Journey | None:
    """What is remembered; None for nothing, for what is over or is none of ours."""
    try:
        sealed = base64.urlsafe_b64decode(str(session.get(_COOKIE_KEY, "")).encode())
    except (ValueError, binascii.Error):
        return None
    text = req.seal().open(sealed, _COOKIE_KEY) if sealed else None
    if text is None:
        return None
    held = json.loads(text)
    if is_late(datetime.fromisoformat(held.pop("at")), req.now()):
        return None
    asked, proven = held.pop("asked"), held.pop("proven")
    if proven is not None:
        proven = Proven(IdentityKind(proven.pop("kind")), **proven)
    return Journey(**held, asked=None if asked is None else SentAlong(**asked), proven=proven)


def forget() -> None:
    """Remember nothing."""
    session.pop(_COOKIE_KEY, None)
