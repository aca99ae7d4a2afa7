"""A web page saved as one file (.mht, or a .doc that is one): the page inside of it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from question_bank.formats.records import Refused

_MOST_PARTS = 2_000


def page_of(data: bytes) -> bytes:
    """The HTML page of a web archive, in UTF-8; raises Refused if there is none."""
    try:
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
        for number, part in enumerate(message.walk()):
            if number > _MOST_PARTS:
                break
            if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
                return str(part.get_content()).encode("utf-8", "replace")
    except (LookupError, ValueError, KeyError, TypeError, AttributeError, IndexError) as wrong:
        raise Refused("broken_file", part="mht") from wrong
    raise Refused("wrong_type")
