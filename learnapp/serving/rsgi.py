"""Granian's asynchronous interface over a WSGI application: the event loop waits, threads only work."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from learnapp.serving.bodies import Aborted, Allow, Body, BodyRefused, Receiver, no_body

THREADS = 4
# Reading a workbook takes seconds: files have threads of their own, so that no page waits for one.
FILE_THREADS = 2
FILES_EACH = 2  # files of one person that wait or are read by one process
IN_MEMORY = 1024 * 1024  # a longer answer is sent from a temporary file
OPENED_WITHIN_S = 60  # a temporary file is opened by the server within this time
# The environ key by which the application learns that a body was not taken, with the status.
REFUSED = "learnapp.refused"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

log = logging.getLogger("learnapp.server")


@dataclass(frozen=True)
class Job:
    """A request whose body is complete, and what tells the event loop that it was answered.

    `refused` is the status for a request that is not taken, 0 for one that is; `sender` whose file it
    carries, "" for none.
    """

    scope: Any
    proto: Any
    body: Body
    refused: int
    answered: asyncio.Future[None]
    sender: str = ""


class Application:
    """What Granian calls: `__rsgi__` per request, in the event loop of one process."""

    def __init__(self, wsgi: Wsgi, allow: Allow, threads: int = THREADS, **timing: float) -> None:
        self._wsgi = wsgi
        self._bodies = Receiver(allow, **timing)
        self._threads = threads
        self._pages: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._files: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._files_of: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop  # that of the process: see __rsgi_init__
        self._common = {
            "SCRIPT_NAME": "",
            "SERVER_SOFTWARE": "learnapp",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multiprocess": True,
            "wsgi.multithread": True,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, once the process has its event loop."""
        self._loop = loop
        lanes = [("pages", self._pages, self._threads), ("files", self._files, FILE_THREADS)]
        for name, waiting, threads in lanes:
            for number in range(threads):
                named = f"{name}-{number}"
                threading.Thread(
                    target=self._work, args=(waiting,), name=named, daemon=True
                ).start()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """One request: its whole body, then its turn at a thread."""
        loop, refused, body = asyncio.get_running_loop(), 0, None
        headers = scope.headers
        if "content-length" in headers or "transfer-encoding" in headers:
            try:
                body = await self._bodies.receive(scope, proto)
            except Aborted:
                proto.response_empty(400, [])
                return
            except BodyRefused as error:
                refused = error.status
            if refused == 408:  # nobody who stalls reads a page
                proto.response_empty(408, [("Connection", "close")])
                return
        job = Job(scope, proto, body or no_body(), refused, loop.create_future())
        sender = await self._sender_of_file(job)
        if not sender:
            self._pages.put(job)
        elif self._files_of[sender] >= FILES_EACH:
            self._pages.put(replace(job, refused=503))
        else:
            self._files_of[sender] += 1
            self._files.put(replace(job, sender=sender))
        await job.answered

    async def _sender_of_file(self, job: Job) -> str:
        """Whose file a request carries; "" for one without a file, or of nobody who is signed in."""
        headers = job.scope.headers
        kind = (headers.get("content-type") or "").lower()
        if job.refused or not kind.startswith("multipart/"):
            return ""
        with contextlib.suppress(BodyRefused):
            return (await self._bodies.allowed(job.scope)).who
        return ""

    def _settle(self, job: Job) -> None:
        """In the event loop: a request was answered, whether or not anybody waits for it still."""
        if job.sender:
            self._files_of[job.sender] -= 1
            if not self._files_of[job.sender]:
                del self._files_of[job.sender]
        if not job.answered.done():
            job.answered.set_result(None)

    def _work(self, waiting: queue.SimpleQueue[Job]) -> None:
        """A thread's life: one complete request after another."""
        while True:
            job = waiting.get()
            try:
                self._answer(job)
            except BaseException:  # nothing may end the thread: there are only a few
                log.exception("a request failed outside the application")
                job.proto.response_bytes(500, [("Content-Type", "text/plain")], b"error\n")
            finally:
                job.body.stream.close()
            self._loop.call_soon_threadsafe(self._settle, job)

    def _answer(self, job: Job) -> None:
        environ = self._common | environ_of(job.scope, job.body)
        if job.refused:
            environ[REFUSED] = job.refused
        started: list[Any] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> None:
            started[:] = [int(status[:3]), headers]

        parts = self._wsgi(environ, start)
        try:
            stored = _StoredBody(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = started
        if job.refused:
            headers = [*headers, ("Connection", "close")]
        if stored.file is None:
            job.proto.response_bytes(status, headers, stored.data)
            return
        # The server opens it by this name and sends it at the reader's pace; no thread waits.
        job.proto.response_file(status, headers, f"/proc/self/fd/{stored.file.fileno()}")
        self._loop.call_soon_threadsafe(
            partial(self._loop.call_later, OPENED_WITHIN_S, stored.file.close)
        )


class _StoredBody:
    """A whole answer: in memory, or in a temporary file when it is long."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.data, self.file = b"", None
        if isinstance(parts, list):
            self.data = b"".join(parts)
            if len(self.data) <= IN_MEMORY:
                return
            parts = [self.data]
        gathered: list[bytes] = []
        length = 0
        for part in parts:
            length += len(part)
            if self.file is None and length > IN_MEMORY:
                self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it was opened
                self.file.writelines(gathered)
            if self.file is None:
                gathered.append(part)
            else:
                self.file.write(part)
        if self.file is None:
            self.data = b"".join(gathered)
        else:
            self.file.flush()


def environ_of(scope: Any, body: Body) -> dict[str, Any]:
    """The WSGI environment of a request whose body is complete."""
    address, _, port = scope.client.rpartition(":")
    server, _, server_port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address.strip("[]"),
        "REMOTE_PORT": port,
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body.stream,
        "CONTENT_LENGTH": str(body.length),
    }
    for name, value in scope.headers.items():
        if name in _OWN or "_" in name:  # X_Forwarded_For must not pass for X-Forwarded-For
            continue
        key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
        if key in environ:
            environ[key] += ("; " if name == "cookie" else ",") + value
        else:
            environ[key] = value
    return environ


# What the receiver has dealt with, and what programs take for a setting of their own.
_OWN = {"content-length", "transfer-encoding", "expect", "proxy"}
