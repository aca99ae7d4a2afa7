"""Where a page may lead back to: an address of this site, taken apart and put together again."""

from __future__ import annotations

import re
from urllib.parse import quote

_LONGEST = 2000
# Every address of ours is made of these: no percent sign, so no second reading of it; no empty step
# (`//` begins a host), no step that begins with a dot, no backslash, nothing invisible.
_STEP = r"[A-Za-z0-9_~-][A-Za-z0-9_.~:-]*"
_PATH = re.compile(rf"/(?:{_STEP}(?:/{_STEP})*/?)?")
_FRAGMENT = re.compile(r"[A-Za-z0-9_-]{0,80}")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")


def local_path(raw: str | None) -> str | None:
    """The address if it is a path of this site, its query in ASCII; None for anything else.

    Browsers drop tabs and newlines, read a backslash as a slash and decode what is encoded: what
    has any of these in its path is refused, not repaired.
    """
    if not raw or len(raw) > _LONGEST or _UNSEEN.search(raw):
        return None
    rest, _, fragment = raw.partition("#")
    path, mark, query = rest.partition("?")
    if not _PATH.fullmatch(path) or not _FRAGMENT.fullmatch(fragment):
        return None
    quoted = quote(query, safe="=&%+-_.~:/,;@!*()'", errors="replace")
    return path + (f"?{quoted}" if mark and quoted else "") + (f"#{fragment}" if fragment else "")
