"""A plain HTTP client with cookies and one connection: its own cost is not counted."""

from __future__ import annotations

import http.client
import json
import re
from urllib.parse import urlencode


class Client:
    """One person's browser, as much of it as the server notices."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=30)
        self._cookies: dict[str, str] = {}
        self.requests = 0
        self.token = ""

    def _send(self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]):
        if self._cookies:
            headers["Cookie"] = self.cookie
        self._connection.request(method, path, body, headers)
        reply = self._connection.getresponse()
        text = reply.read().decode("utf-8", "replace")
        self.requests += 1
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if reply.status >= 400:
            raise RuntimeError(f"{method} {path}: {reply.status} {text[:300]}")
        return reply, text

    @property
    def cookie(self) -> str:
        """The cookies as a header."""
        return "; ".join(f"{k}={v}" for k, v in self._cookies.items())

    def get(self, path: str) -> str:
        """A page; the form token in it is kept."""
        text = self._send("GET", path, None, {"Accept": "text/html"})[1]
        found = re.search(r'name="csrf-token" content="([^"]+)"', text)
        self.token = found.group(1) if found else self.token
        return text

    def post(self, path: str, **fields: str) -> str:
        """A form; where its answer leads."""
        body = urlencode({**fields, "csrf_token": self.token})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, body, kind)[0].headers.get("Location", "")

    def upload(self, path: str, name: str, data: bytes) -> str:
        """A form with a file; where its answer leads."""
        mark = "a-line-that-no-file-holds"
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        )
        body = head.encode() + data + f"\r\n--{mark}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self._send("POST", path, body, kind)[0].headers.get("Location", "")

    def send(self, path: str, **content: object) -> dict:
        """A JSON write; what it was told."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.token,
        }
        return json.loads(self._send("POST", path, json.dumps(content), headers)[1])
