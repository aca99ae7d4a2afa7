"""A TCP proxy with a bad network behind it: requests and replies are dropped, delayed, doubled, reordered."""

from __future__ import annotations

import random
import socket
import socketserver
import threading
from collections import Counter

FATES = ("passes", "request dropped", "reply dropped", "delayed", "doubled", "overtaken")


class BadNetwork:
    """Stands before a server. Pages pass; answers and submits meet a fate of their own each."""

    def __init__(self, port: int, seed: int) -> None:
        self.server_port = port
        self.calm = False
        self.fates: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._late: list[threading.Timer] = []
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy._carry(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> BadNetwork:
        self._thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.settle()

    def settle(self) -> None:
        """Wait until the requests that were held back have arrived."""
        for timer in self._late:
            timer.join()
        self._late.clear()

    def _fate(self, request: bytes) -> tuple[str, float]:
        head = request.split(b"\r\n", 1)[0]
        if self.calm or not (b"/answers " in head or b"/submit " in head):
            return "passes", 0
        with self._lock:
            fate = self._chance.choices(FATES, [4, 1, 2, 2, 2, 1])[0]
            self.fates[fate] += 1
            return fate, self._chance.uniform(0.02, 0.3)

    def _carry(self, phone: socket.socket) -> None:
        request = _whole(phone)
        if not request:
            return
        fate, seconds = self._fate(request)
        if fate == "request dropped":
            return
        if fate == "overtaken":  # the phone gives up and sends again; this one arrives after that
            timer = threading.Timer(seconds, lambda: self._forward(request))
            self._late.append(timer)
            timer.start()
            return
        if fate == "delayed":
            threading.Event().wait(seconds)
        reply = self._forward(request)
        if fate == "doubled":
            self._forward(request)
        if fate != "reply dropped" and reply:
            phone.sendall(reply)

    def _forward(self, request: bytes) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.server_port), timeout=60) as server:
                server.sendall(request)
                parts = []
                while part := server.recv(65536):
                    parts.append(part)
                return b"".join(parts)
        except OSError:
            return b""


def _whole(phone: socket.socket) -> bytes:
    """A whole request: its head and as many bytes as that announces."""
    phone.settimeout(60)
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            part = phone.recv(65536)
            if not part:
                return b""
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        while len(body) < length:
            part = phone.recv(65536)
            if not part:
                return b""
            body += part
        return head + b"\r\n\r\n" + body
    except OSError:
        return b""
