"""Pages of a list: which one is asked for, and the links to the ones beside it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from learnapp.web.core.input import whole

SIZE = 50
_LAST = 1_000_000  # an offset past what a database counts with is nobody's page


def asked_page() -> int:
    """The page in the address, from 1; anything else reads as the first."""
    return min(max(1, whole(request.args, "page") or 1), _LAST)


def pager(endpoint: str, page: int, total: int, size: int = SIZE, /, **at: Any) -> dict[str, Any]:
    """What the pager component wants: the label, and the addresses before and after."""
    pages = max(1, -(-total // size))
    return {
        "label": f"{page} / {pages}",
        "previous_url": url_for(endpoint, page=page - 1, **at) if page > 1 else None,
        "next_url": url_for(endpoint, page=page + 1, **at) if page < pages else None,
    }
