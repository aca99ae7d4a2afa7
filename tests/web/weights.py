"""What a page costs a phone that has nothing of it yet."""

from __future__ import annotations

import re

GZIP = {"Accept-Encoding": "gzip", "User-Agent": "phone"}
_IMPORT = re.compile(r"""^import [^;]*?["']([^"']+)["']""", re.MULTILINE)


def assets_of(home, page: str) -> dict[str, int]:
    """Every file the page needs, with its size as sent: links, scripts and what these import."""
    linked = re.findall(r'<link rel="(?:stylesheet|modulepreload)" href="([^"]+)"', page)
    wanted = linked + re.findall(r'<script[^>]* src="([^"]+)"', page)
    sizes: dict[str, int] = {}
    while wanted:
        path = wanted.pop()
        if path in sizes:
            continue
        reply = home.client.get(path, headers=GZIP)
        assert reply.status_code == 200, path
        sizes[path] = len(reply.data)
        if path.partition("?")[0].endswith(".js"):
            plain = home.client.get(path).text
            folder = path.rpartition("/")[0]
            for name in _IMPORT.findall(plain):
                found = f"{folder}/{name.removeprefix('./')}"
                wanted.append(re.sub(r"/[^/]+/\.\./", "/", found))
    return sizes
