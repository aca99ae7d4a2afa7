"""Phones at work on a real server: an outbox each, taps, sends, retries, and a ledger of what was told."""

from __future__ import annotations

import http.client
import json
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.guard import PATIENCE_S, holds_within
from tests.reliability.crew import Crew
from tests.small_office import PASSWORD

_MOST_WAITING = 20  # nobody taps on for ever without a network


class NoAnswer(Exception):
    """The network or the server was away: nobody knows whether the request arrived."""


@dataclass(frozen=True)
class Way:
    """Where a phone finds the server, and how long it waits for an answer, in seconds."""

    port: int
    host: str = "127.0.0.1"
    patience: float = 60


def _ask(way: Way, method: str, path: str, body: str | None, headers: dict[str, str]) -> Any:
    connection = http.client.HTTPConnection(way.host, way.port, timeout=way.patience)
    try:
        connection.request(method, path, body, {**headers, "Connection": "close"})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read().decode()
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as gone:
        raise NoAnswer from gone
    finally:
        connection.close()


@dataclass
class Phone:
    """One officer's open test page. The way may lead through a proxy."""

    login: str
    way: Way
    chance: random.Random
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    path: str = ""
    places: list[tuple[int, str, list[str]]] = field(default_factory=list)
    seq: int = 0
    outbox: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)  # event id -> state, as acknowledged
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)  # made after deadline and grace
    submitted: bool = False
    tries: int = 0

    def _send(self, method: str, path: str, body: str | None = None, kind: str = "") -> Any:
        headers = {"Accept": "text/html", "X-CSRFToken": self.token}
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        status, told, text = _ask(self.way, method, path, body, headers)
        for cookie in told.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'name="csrf-token" content="([^"]+)"', text):
            self.token = found.group(1)
        return status, told, text

    def _form(self, path: str, **fields: str) -> str:
        body = urlencode({**fields, "csrf_token": self.token})
        status, told, text = self._send("POST", path, body, "application/x-www-form-urlencoded")
        assert told.get("Location"), f"{path} gave {status}: {text[:2000]}"
        return str(told["Location"])

    def open(self, window_id: int) -> None:
        """Sign in, start, and load the page."""
        self._send("GET", "/sign-in")
        self._form("/sign-in", login_name=self.login, password=PASSWORD)
        status, _, text = self._send("GET", "/week")
        assert status == 200, f"/week gave {status}: {text[:2000]}"
        self.path = self._form(f"/windows/{window_id}/start")
        page = self._send("GET", self.path)[2]
        for section in re.findall(r'<section class="q".*?</section>', page, re.DOTALL):
            number = int(re.search(r'id="q(\d+)"', section).group(1))  # type: ignore[union-attr]
            kind = re.search(r'data-type="(\w+)"', section).group(1)  # type: ignore[union-attr]
            options = re.findall(rf'name="q{number}" value="([^"]+)"', section)
            if options:
                self.places.append((number, kind, options))
        assert self.places, self.path

    def tap(self, late: bool = False) -> None:
        """Answer some question; the event goes to the outbox first."""
        number, kind, options = self.chance.choice(self.places)
        most = len(options) if kind == "multiple" else 1
        chosen = sorted(self.chance.sample(options, self.chance.randint(1, most)))
        self.seq += 1
        event = {
            "event_id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "seq": self.seq,
            "question": number,
            "response": {"options": chosen},
            "flagged": False,
        }
        self.made[event["event_id"]] = event
        self.outbox.append(event)
        if late:
            self.late.add(event["event_id"])

    def _post(self, path: str, events: Sequence[dict[str, Any]]) -> None:
        self.tries += 1
        body = json.dumps({"events": list(events)})
        status, _, text = self._send("POST", path, body, "application/json")
        if status != 200:
            raise NoAnswer  # a server on its way up or down; the phone tries again
        told = json.loads(text)
        for each in told["acknowledged"]:
            self.told.setdefault(each["event_id"], each["state"])
        acknowledged = {each["event_id"] for each in told["acknowledged"]}
        self.outbox = [each for each in self.outbox if each["event_id"] not in acknowledged]

    def sync(self) -> None:
        """Send what waits, mostly one by one as taps come, now and then together."""
        if self.outbox:
            count = 1 if self.chance.random() < 0.7 else len(self.outbox)
            self._post(f"{self.path}/answers", self.outbox[:count])

    def submit(self) -> None:
        """Hand in with what still waits; a repeat is told what holds."""
        self._post(f"{self.path}/submit", self.outbox)
        self.submitted = True


class Crowd(Crew):
    """Phones that tap and send from several threads until told to rest."""

    def __init__(self, phones: Sequence[Phone], threads: int, submitting: float = 0.0) -> None:
        super().__init__(phones[n::threads] for n in range(threads))
        self.phones = phones
        self._submitting = submitting

    def goes_on_until(self, holds: Callable[[], bool], what: str) -> None:
        """Let the phones work until something holds, or until they have all handed in."""
        done = holds_within(PATIENCE_S, lambda: holds() or all(p.submitted for p in self.phones))
        assert done, f"{what}: not within {PATIENCE_S:.0f} s"

    def acknowledged(self) -> int:
        """How many events the server has said it holds, so far."""
        return sum(len(phone.told) for phone in self.phones)

    def work(self, share: Sequence[Phone]) -> None:
        """Each phone of the share in turn."""
        while not self.resting.is_set():
            answered = [_one_turn(phone, self._submitting) for phone in share]
            self.resting.wait(0.01 if any(answered) else 0.1)


def _one_turn(phone: Phone, submitting: float) -> bool:
    """One tap and one send; whether the server answered. What waits stays in the outbox."""
    try:
        if not phone.submitted and len(phone.outbox) < _MOST_WAITING:
            phone.tap()
            if phone.chance.random() < submitting:
                phone.submit()
        phone.sync()
    except NoAnswer:
        return False
    return True


def flush(phones: Sequence[Phone], patience: int = 200) -> None:
    """Let every phone send until nothing waits."""
    for phone in phones:
        for _ in range(patience):
            if not phone.outbox:
                break
            try:
                phone.sync()
            except NoAnswer:
                continue
        assert not phone.outbox, f"{phone.login}: {len(phone.outbox)} events never arrived"


def tally(phones: Sequence[Phone]) -> Counter[str]:
    """How many events were told what, and how many sends it took."""
    found = Counter(f"told {state}" for phone in phones for state in phone.told.values())
    found["sends"] = sum(phone.tries for phone in phones)
    return found
