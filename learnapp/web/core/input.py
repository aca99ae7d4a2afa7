"""What comes in from outside, before anything believes it: text, whole numbers, JSON.

PostgreSQL refuses NUL, half of a surrogate pair and numbers past 64 bits, SQLite some of them; so
they are met here, alike for both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, RequestURITooLarge, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, ValidationError

MOST = 2**63 - 1  # what a column holds
_DIGITS = re.compile(r"[+-]?[0-9]{1,19}")
_MARKS = re.compile(r"\d{1,6}(\.\d{0,6})?|\.\d{1,6}")
_DEEPEST = 20
_MOST_ASKED = 8_000  # characters of one value; SQLite takes no pattern over 50,000 bytes
_HALF = re.compile("[\ud800-\udfff]")


class Whole(IntegerConverter):
    """A whole number in an address; one that no row can have leads nowhere (404)."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The number."""
        number = int(value)
        if number > MOST:
            raise ValidationError
        return number


def whole(values: Mapping[str, str], name: str) -> int | None:
    """A whole number of a form or a query; None where there is none, or one that no column holds."""
    text = values.get(name, "").strip()
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if -MOST <= number <= MOST else None


def hundredths(text: str) -> int | None:
    """Marks as they are typed, as whole hundredths; None for what is no number of at most 6 digits."""
    text = text.strip()
    return round(Decimal(text) * 100) if _MARKS.fullmatch(text) else None


def refuse_unfit_text(request: Request) -> None:
    """Raise BadRequest for a NUL or half of a surrogate pair in the address, the query or the form;
    RequestURITooLarge for a query that is longer than anybody asks."""
    if any(len(text) > _MOST_ASKED for pair in request.args.items(multi=True) for text in pair):
        raise RequestURITooLarge
    parts: Iterable[Iterable[str]] = (
        (request.path,),
        (text for pair in request.args.items(multi=True) for text in pair),
        (text for pair in request.form.items(multi=True) for text in pair),
        (each.filename or "" for each in request.files.values()),
        request.cookies.values(),
    )
    if any("\0" in text or _HALF.search(text) for texts in parts for text in texts):
        raise BadRequest


class Incoming(Request):
    """A request whose JSON is read by read_json, and only where a view asks for it.

    Forms would take JSON for a form's fields, with numbers and lists where they expect text.
    """

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The JSON, None where it is none; without `silent` (as forms ask) UnsupportedMediaType."""
        if not silent:
            raise UnsupportedMediaType
        try:
            return read_json(self.get_data()) if self.is_json or force else None
        except ValueError:
            return None


def read_json(body: bytes) -> Any:
    """JSON from a phone; ValueError when it is none or is nested deeper than any of ours.

    What a browser can send and no database holds is put right: a NUL is left out, half of a
    surrogate pair (an emoji cut in two) becomes U+FFFD.
    """
    try:
        found = json.loads(body.decode())  # the module's own decoding lets half pairs through
    except RecursionError as error:
        raise ValueError("too deep") from error
    # Only an escape brings one into JSON: raw, neither is good UTF-8 or good JSON.
    return _fit(found, _DEEPEST) if b"\\u" in body or _may_be_deep(body) else found


def _may_be_deep(body: bytes) -> bool:
    return body.count(b"[") + body.count(b"{") > _DEEPEST


def _fit(value: Any, deepest: int) -> Any:
    if deepest == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value).replace("\0", "")
    if isinstance(value, list):
        return [_fit(each, deepest - 1) for each in value]
    if isinstance(value, dict):
        return {_fit(name, 1): _fit(each, deepest - 1) for name, each in value.items()}
    return value
